#include "stratolite/auth/sealed_messages.hpp"

#include <openssl/evp.h>

#include <memory>
#include <new>

#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::auth {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;

struct CipherDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter>;

const unsigned char* Raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Cipher StartCipher(std::string_view key, std::string_view nonce, bool encrypt) {
  Cipher cipher(EVP_CIPHER_CTX_new());
  if (!cipher ||
      EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, Raw(key), Raw(nonce), encrypt ? 1 : 0) != 1)
    throw std::bad_alloc();
  return cipher;
}

}  // namespace

std::string Base64UrlEncode(std::string_view bytes) {
  std::string out = Base64Encode(bytes);
  while (!out.empty() && out.back() == '=') out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

std::optional<std::string> Base64UrlDecode(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string padded(text);
  for (char& c : padded) {
    if (c == '+' || c == '/') return std::nullopt;
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  padded.append((4 - padded.size() % 4) % 4, '=');
  return Base64Decode(padded);
}

std::string SealedMessages::Key() {
  const auto read = [](storage::Reader& reader) {
    return reader.QueryOne("SELECT value FROM auth_secret WHERE name='seal'", {},
                           [](const storage::Row& row) { return row.Text(0); });
  };
  auto stored = db_.Read(read);
  if (!stored) {
    const std::string fresh = HexEncode(random_.Bytes(kKeySize));
    stored = db_.Transact([&](storage::Txn& txn) {
      txn.Run("INSERT INTO auth_secret (name, value) VALUES ('seal',?) ON CONFLICT (name) DO NOTHING", {fresh});
      return read(txn);
    });
  }
  return std::string(AsBytes(HmacSha256(HexDecode(stored.value()).value(), purpose_)));
}

std::string SealedMessages::Seal(std::string_view text) {
  const std::string nonce = random_.Bytes(kNonceSize);
  const Cipher cipher = StartCipher(Key(), nonce, true);
  std::string out = nonce;
  out.resize(kNonceSize + text.size() + kTagSize);
  int written = 0;
  EVP_CipherUpdate(cipher.get(), Raw(out) + kNonceSize, &written, Raw(text), static_cast<int>(text.size()));
  EVP_CipherFinal_ex(cipher.get(), Raw(out) + kNonceSize + written, &written);
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, Raw(out) + kNonceSize + text.size());
  return Base64UrlEncode(out);
}

std::optional<std::string> SealedMessages::Open(std::string_view sealed) {
  auto bytes = Base64UrlDecode(sealed);
  if (!bytes || bytes->size() < kNonceSize + kTagSize) return std::nullopt;
  const std::size_t size = bytes->size() - kNonceSize - kTagSize;
  const Cipher cipher = StartCipher(Key(), std::string_view(*bytes).substr(0, kNonceSize), false);
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, Raw(*bytes) + kNonceSize + size);
  std::string out(size, '\0');
  int written = 0;
  EVP_CipherUpdate(cipher.get(), Raw(out), &written, Raw(*bytes) + kNonceSize, static_cast<int>(size));
  if (EVP_CipherFinal_ex(cipher.get(), Raw(out) + written, &written) != 1) return std::nullopt;
  return out;
}

}  // namespace stratolite::auth
