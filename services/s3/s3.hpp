#pragma once

#include <memory>

#include "s3/blob_uses_store.hpp"
#include "s3/bucket_summary_store.hpp"
#include "s3/document_digest.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// Amazon S3's core: buckets, objects, versions, listings, multipart uploads, notifications to queues.
///
/// Leaves out, for now, what services/s3/README.md lists as `no`; requests that ask for an encryption other than SSE-S3, a lock or an ACL that does
/// something are refused, never ignored. `deps` must outlive the service. Thread-safe. Blocks.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);
/// Tells preflights, requests at website endpoints and forms: s3/http_surface.hpp.
std::unique_ptr<HttpVisit> MakeVisit(const HttpHead& head);

/// S3 validates by itself, in its own words.
inline constexpr ServiceDescriptor kDescriptor{.name = "s3",
                                               .make = &MakeService,
                                               .validates_input = false,
                                               .check_document = &CheckDocumentDigest,
                                               .blob_uses = &kBlobUses,
                                               .describe = &DescribeBuckets,
                                               .visit = &MakeVisit};

}  // namespace stratolite::s3
