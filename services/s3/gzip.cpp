#include "s3/gzip.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>

#include <array>
#include <cstdint>
#include <stdexcept>

#include "stratolite/base/checksums.hpp"

namespace stratolite::s3 {
namespace {

// Magic, deflate, no flags, no time, no extras, Unix.
constexpr std::array<char, 10> kGzipHeader = {'\x1f', '\x8b', '\x08', 0, 0, 0, 0, 0, 0, '\x03'};

void AppendLittleEndian(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>((value >> shift) & 0xFF);
}

}  // namespace

std::string Gzip(std::string_view bytes) {
  std::string out(kGzipHeader.data(), kGzipHeader.size());
  boost::beast::zlib::deflate_stream deflate;
  std::string packed(deflate.upper_bound(bytes.size()) + 64, '\0');
  boost::beast::zlib::z_params stream;
  stream.next_in = bytes.data();
  stream.avail_in = bytes.size();
  stream.next_out = packed.data();
  stream.avail_out = packed.size();
  boost::beast::error_code error;
  deflate.write(stream, boost::beast::zlib::Flush::finish, error);
  if (error && error != boost::beast::zlib::error::end_of_stream)
    throw std::runtime_error("deflate: " + error.message());
  out.append(packed, 0, stream.total_out);
  const auto crc = MakeChecksum(ChecksumAlgorithm::kCrc32);
  crc->Update(bytes);
  const std::string digest = crc->Finish();
  // Big endian there, little here.
  out.append(digest.rbegin(), digest.rend());
  AppendLittleEndian(out, static_cast<std::uint32_t>(bytes.size()));
  return out;
}

}  // namespace stratolite::s3
