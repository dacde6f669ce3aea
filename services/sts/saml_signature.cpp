#include "sts/saml_signature.hpp"

#include "sts/errors.hpp"

#ifdef STRATOLITE_WITH_XMLSEC
#include <dlfcn.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

// Does not compile before xmlsec.h.
#include <xmlsec/errors.h>

#include <memory>
#include <set>
#include <type_traits>
#endif

namespace stratolite::sts {
namespace {

AwsError NoSignatureLibrary() {
  return InvalidIdentityToken(
      "Response signature cannot be verified: Stratolite needs the library libxmlsec1-openssl for it");
}

}  // namespace

#ifndef STRATOLITE_WITH_XMLSEC

Result<std::string> SignedPartOf(std::string_view, const std::vector<std::string>&) { return NoSignatureLibrary(); }

#else

namespace {

AwsError InvalidSamlSignature() { return InvalidIdentityToken("Response signature invalid"); }

constexpr xmlChar kIdName[] = {'I', 'D', 0};
constexpr const char* kLibrary = "libxmlsec1-openssl.so.1";

/// The functions that are used of libxmlsec1 and libxml2; symbols are looked up in the one library and what it depends on.
struct XmlSecurity {
  decltype(&::xmlInitParser) xmlInitParser = nullptr;
  decltype(&::xmlReadMemory) xmlReadMemory = nullptr;
  decltype(&::xmlFreeDoc) xmlFreeDoc = nullptr;
  decltype(&::xmlDocGetRootElement) xmlDocGetRootElement = nullptr;
  decltype(&::xmlGetNoNsProp) xmlGetNoNsProp = nullptr;
  decltype(&::xmlBufferCreate) xmlBufferCreate = nullptr;
  decltype(&::xmlBufferFree) xmlBufferFree = nullptr;
  decltype(&::xmlBufferContent) xmlBufferContent = nullptr;
  decltype(&::xmlBufferLength) xmlBufferLength = nullptr;
  decltype(&::xmlNodeDump) xmlNodeDump = nullptr;
  decltype(&::xmlSecInit) xmlSecInit = nullptr;
  decltype(&::xmlSecCheckVersionExt) xmlSecCheckVersionExt = nullptr;
  decltype(&::xmlSecErrorsSetCallback) xmlSecErrorsSetCallback = nullptr;
  decltype(&::xmlSecOpenSSLAppInit) xmlSecOpenSSLAppInit = nullptr;
  decltype(&::xmlSecOpenSSLInit) xmlSecOpenSSLInit = nullptr;
  decltype(&::xmlSecAddIDs) xmlSecAddIDs = nullptr;
  decltype(&::xmlSecDSigCtxCreate) xmlSecDSigCtxCreate = nullptr;
  decltype(&::xmlSecDSigCtxDestroy) xmlSecDSigCtxDestroy = nullptr;
  decltype(&::xmlSecDSigCtxVerify) xmlSecDSigCtxVerify = nullptr;
  decltype(&::xmlSecOpenSSLAppKeyLoadMemory) xmlSecOpenSSLAppKeyLoadMemory = nullptr;
  decltype(&::xmlSecPtrListGetSize) xmlSecPtrListGetSize = nullptr;
  decltype(&::xmlSecPtrListGetItem) xmlSecPtrListGetItem = nullptr;
  decltype(&::xmlSecDSigCtxEnableReferenceTransform) xmlSecDSigCtxEnableReferenceTransform = nullptr;
  decltype(&::xmlSecTransformEnvelopedGetKlass) xmlSecTransformEnvelopedGetKlass = nullptr;
  decltype(&::xmlSecTransformExclC14NGetKlass) xmlSecTransformExclC14NGetKlass = nullptr;
  decltype(&::xmlSecTransformInclC14NGetKlass) xmlSecTransformInclC14NGetKlass = nullptr;
  decltype(&::xmlSecOpenSSLTransformSha1GetKlass) xmlSecOpenSSLTransformSha1GetKlass = nullptr;
  decltype(&::xmlSecOpenSSLTransformSha256GetKlass) xmlSecOpenSSLTransformSha256GetKlass = nullptr;
  decltype(&::xmlSecOpenSSLTransformSha384GetKlass) xmlSecOpenSSLTransformSha384GetKlass = nullptr;
  decltype(&::xmlSecOpenSSLTransformSha512GetKlass) xmlSecOpenSSLTransformSha512GetKlass = nullptr;
  xmlFreeFunc* xmlFreePointer = nullptr;
  bool ready = false;

  XmlSecurity() {
    void* const library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr || !LookUpAll(library)) return;
    // Its structures are read here: an older or newer line of the library has others.
    if (xmlSecCheckVersionExt(XMLSEC_VERSION_MAJOR, XMLSEC_VERSION_MINOR, XMLSEC_VERSION_SUBMINOR,
                              xmlSecCheckVersionABICompatible) != 1)
      return;
    xmlInitParser();
    if (xmlSecInit() < 0) return;
    // It would write to the error output.
    xmlSecErrorsSetCallback([](const char*, int, const char*, const char*, const char*, int, const char*) {});
    ready = xmlSecOpenSSLAppInit(nullptr) >= 0 && xmlSecOpenSSLInit() >= 0;
  }

 private:
  bool LookUpAll(void* library) {
    const auto find = [library](const char* name, auto& function) {
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
      return function != nullptr;
    };
    return find("xmlInitParser", xmlInitParser) && find("xmlReadMemory", xmlReadMemory) &&
           find("xmlFreeDoc", xmlFreeDoc) && find("xmlDocGetRootElement", xmlDocGetRootElement) &&
           find("xmlGetNoNsProp", xmlGetNoNsProp) && find("xmlBufferCreate", xmlBufferCreate) &&
           find("xmlBufferFree", xmlBufferFree) && find("xmlBufferContent", xmlBufferContent) &&
           find("xmlBufferLength", xmlBufferLength) && find("xmlNodeDump", xmlNodeDump) &&
           find("xmlSecInit", xmlSecInit) && find("xmlSecCheckVersionExt", xmlSecCheckVersionExt) &&
           find("xmlSecErrorsSetCallback", xmlSecErrorsSetCallback) &&
           find("xmlSecOpenSSLAppInit", xmlSecOpenSSLAppInit) && find("xmlSecOpenSSLInit", xmlSecOpenSSLInit) &&
           find("xmlSecAddIDs", xmlSecAddIDs) && find("xmlSecDSigCtxCreate", xmlSecDSigCtxCreate) &&
           find("xmlSecDSigCtxDestroy", xmlSecDSigCtxDestroy) && find("xmlSecDSigCtxVerify", xmlSecDSigCtxVerify) &&
           find("xmlSecOpenSSLAppKeyLoadMemory", xmlSecOpenSSLAppKeyLoadMemory) &&
           find("xmlSecPtrListGetSize", xmlSecPtrListGetSize) && find("xmlSecPtrListGetItem", xmlSecPtrListGetItem) &&
           find("xmlSecDSigCtxEnableReferenceTransform", xmlSecDSigCtxEnableReferenceTransform) &&
           find("xmlSecTransformEnvelopedGetKlass", xmlSecTransformEnvelopedGetKlass) &&
           find("xmlSecTransformExclC14NGetKlass", xmlSecTransformExclC14NGetKlass) &&
           find("xmlSecTransformInclC14NGetKlass", xmlSecTransformInclC14NGetKlass) &&
           find("xmlSecOpenSSLTransformSha1GetKlass", xmlSecOpenSSLTransformSha1GetKlass) &&
           find("xmlSecOpenSSLTransformSha256GetKlass", xmlSecOpenSSLTransformSha256GetKlass) &&
           find("xmlSecOpenSSLTransformSha384GetKlass", xmlSecOpenSSLTransformSha384GetKlass) &&
           find("xmlSecOpenSSLTransformSha512GetKlass", xmlSecOpenSSLTransformSha512GetKlass) &&
           find("xmlFree", xmlFreePointer);
  }
};

/// Constant once it is made: libraries are loaded once in a process.
const XmlSecurity& Xml() {
  static const XmlSecurity xml;
  return xml;
}

struct XmlFreer {
  void operator()(xmlDoc* document) const { Xml().xmlFreeDoc(document); }
  void operator()(xmlBuffer* buffer) const { Xml().xmlBufferFree(buffer); }
  void operator()(xmlSecDSigCtx* context) const { Xml().xmlSecDSigCtxDestroy(context); }
  void operator()(xmlChar* text) const { (*Xml().xmlFreePointer)(text); }
};
template <typename T>
using XmlPtr = std::unique_ptr<T, XmlFreer>;

std::string_view TextOf(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

bool Is(const xmlNode* node, std::string_view name, std::string_view space) {
  return node->type == XML_ELEMENT_NODE && TextOf(node->name) == name && node->ns != nullptr &&
         TextOf(node->ns->href) == space;
}

xmlNode* ChildOf(const xmlNode* parent, std::string_view name, std::string_view space) {
  for (xmlNode* child = parent->children; child != nullptr; child = child->next) {
    if (Is(child, name, space)) return child;
  }
  return nullptr;
}

std::string IdOf(const xmlNode* node) {
  const XmlPtr<xmlChar> id(Xml().xmlGetNoNsProp(node, kIdName));
  return std::string(TextOf(id.get()));
}

/// Two elements of one id would let a signature speak of one while the other is read.
bool HasUniqueIds(const xmlNode* node, std::set<std::string>& seen) {
  if (node->type == XML_ELEMENT_NODE) {
    if (std::string id = IdOf(node); !id.empty() && !seen.insert(std::move(id)).second) return false;
  }
  for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
    if (child->type == XML_ELEMENT_NODE && !HasUniqueIds(child, seen)) return false;
  }
  return true;
}

/// Whether the signature below `holder` is by this certificate, and about `holder` as a whole.
bool IsSignedBy(xmlNode* signature, const xmlNode* holder, const std::string& certificate) {
  const XmlSecurity& xml = Xml();
  const XmlPtr<xmlSecDSigCtx> context(xml.xmlSecDSigCtxCreate(nullptr));
  if (!context) return false;
  // Keys that the document itself brings along are not looked at.
  context->signKey = xml.xmlSecOpenSSLAppKeyLoadMemory(reinterpret_cast<const xmlSecByte*>(certificate.data()),
                                                       static_cast<xmlSecSize>(certificate.size()),
                                                       xmlSecKeyDataFormatCertDer, nullptr, nullptr, nullptr);
  if (context->signKey == nullptr) return false;
  context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
  for (const auto transform :
       {xml.xmlSecTransformEnvelopedGetKlass, xml.xmlSecTransformExclC14NGetKlass, xml.xmlSecTransformInclC14NGetKlass,
        xml.xmlSecOpenSSLTransformSha1GetKlass, xml.xmlSecOpenSSLTransformSha256GetKlass,
        xml.xmlSecOpenSSLTransformSha384GetKlass, xml.xmlSecOpenSSLTransformSha512GetKlass}) {
    if (xml.xmlSecDSigCtxEnableReferenceTransform(context.get(), transform()) < 0) return false;
  }
  if (xml.xmlSecDSigCtxVerify(context.get(), signature) < 0 || context->status != xmlSecDSigStatusSucceeded)
    return false;
  if (xml.xmlSecPtrListGetSize(&context->signedInfoReferences) != 1) return false;
  const auto* const reference =
      static_cast<xmlSecDSigReferenceCtxPtr>(xml.xmlSecPtrListGetItem(&context->signedInfoReferences, 0));
  const std::string id = IdOf(holder);
  return reference != nullptr && !id.empty() && TextOf(reference->uri) == "#" + id;
}

std::string Dump(xmlDoc* document, xmlNode* node) {
  const XmlSecurity& xml = Xml();
  const XmlPtr<xmlBuffer> buffer(xml.xmlBufferCreate());
  if (!buffer || xml.xmlNodeDump(buffer.get(), document, node, 0, 0) < 0) return {};
  return std::string(reinterpret_cast<const char*>(xml.xmlBufferContent(buffer.get())),
                     static_cast<std::size_t>(xml.xmlBufferLength(buffer.get())));
}

}  // namespace

Result<std::string> SignedPartOf(std::string_view document, const std::vector<std::string>& certificates) {
  constexpr std::string_view kProtocol = "urn:oasis:names:tc:SAML:2.0:protocol";
  constexpr std::string_view kAssertion = "urn:oasis:names:tc:SAML:2.0:assertion";
  constexpr std::string_view kSignature = "http://www.w3.org/2000/09/xmldsig#";
  const XmlSecurity& xml = Xml();
  if (!xml.ready) return NoSignatureLibrary();
  const XmlPtr<xmlDoc> parsed(xml.xmlReadMemory(document.data(), static_cast<int>(document.size()), nullptr, nullptr,
                                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  if (!parsed || parsed->intSubset != nullptr) return InvalidIdentityToken("Invalid SAML response");
  xmlNode* const response = xml.xmlDocGetRootElement(parsed.get());
  std::set<std::string> ids;
  if (response == nullptr || !Is(response, "Response", kProtocol) || !HasUniqueIds(response, ids))
    return InvalidIdentityToken("Invalid SAML response");
  const xmlChar* id_names[] = {kIdName, nullptr};
  xml.xmlSecAddIDs(parsed.get(), response, id_names);
  for (xmlNode* const holder : {response, ChildOf(response, "Assertion", kAssertion)}) {
    xmlNode* const signature = holder == nullptr ? nullptr : ChildOf(holder, "Signature", kSignature);
    if (signature == nullptr) continue;
    for (const std::string& certificate : certificates) {
      if (!IsSignedBy(signature, holder, certificate)) continue;
      std::string part = Dump(parsed.get(), holder);
      if (!part.empty()) return part;
    }
  }
  return InvalidSamlSignature();
}

#endif

}  // namespace stratolite::sts
