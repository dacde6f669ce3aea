// A connection's bytes: head and body through the HTTP parser, in every way a connection takes a body, however the bytes are cut.

#include <functional>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.hpp"
#include "http/request_parser.hpp"

namespace stratolite::fuzz {
namespace {

constexpr std::size_t kMaxHeadBytes = 4096;
constexpr std::uint64_t kMaxBodyBytes = 3000;
constexpr std::size_t kMaxPiece = 1000;

enum class Taking { kCollect, kExtract };

struct ParsedRequest {
  wire::HttpRequest request;
  wire::Headers trailers;
  int status = 0;
  bool head_complete = false;
  bool complete = false;
  /// A connection would have given up.
  bool given_up = false;
  /// What stands behind it: the next request of the connection.
  std::size_t consumed = 0;
};

std::string Text(const wire::Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers) text.append(name).append("=").append(value).append("\n");
  return text;
}

/// Feeds pieces as a connection does: what was not consumed comes again, with more behind it.
class Feeder {
 public:
  Feeder(std::string_view input, Choices* cuts) : input_(input), cuts_(cuts), end_(cuts ? 0 : input.size()) {}

  ParsedRequest Run(Taking taking) {
    http::RequestParser parser(out_.request, kMaxHeadBytes);
    // A vector of its own size: a parser that reads beyond its window is seen by AddressSanitizer.
    while (!Step(parser, &http::RequestParser::ParseHead)) {
      if (!More()) return std::move(out_);
    }
    if (out_.status != 0) return std::move(out_);
    out_.head_complete = true;
    while (!parser.body_complete() && out_.status == 0) {
      const std::size_t before = at_;
      if (taking == Taking::kCollect) {
        Step(parser, [](http::RequestParser& p, const char* data, std::size_t size) {
          return p.CollectBody(data, size, kMaxBodyBytes);
        });
      } else {
        Extract(parser);
      }
      if (out_.status == 0 && !parser.body_complete() && at_ == before && !More()) return std::move(out_);
    }
    out_.complete = out_.status == 0;
    out_.trailers = parser.trailers();
    out_.consumed = at_;
    return std::move(out_);
  }

 private:
  bool More() {
    // A connection keeps what was not consumed and gives up on a client that never ends its line; the head's limit is the parser's own.
    if (end_ - at_ > kMaxHeadBytes) {
      Demand(out_.head_complete, "a head keeps its limit");
      out_.given_up = true;
      return false;
    }
    if (end_ == input_.size()) return false;
    end_ += std::min(cuts_->Piece(input_.size() - end_), kMaxPiece);
    return true;
  }

  template <typename Parse>
  bool Step(http::RequestParser& parser, Parse parse) {
    const std::vector<char> window(input_.begin() + static_cast<std::ptrdiff_t>(at_),
                                   input_.begin() + static_cast<std::ptrdiff_t>(end_));
    const auto progress = std::invoke(parse, parser, window.data(), window.size());
    Demand(progress.consumed <= window.size(), "no more is consumed than was there");
    at_ += progress.consumed;
    out_.status = progress.error_status;
    return progress.done || progress.error_status != 0;
  }

  void Extract(http::RequestParser& parser) {
    std::vector<char> room(cuts_ == nullptr ? 512 : 1 + cuts_->Below(600));
    std::size_t produced = 0;
    Step(parser, [&](http::RequestParser& p, const char* data, std::size_t size) {
      return p.ExtractBody(data, size, room.data(), room.size(), &produced);
    });
    Demand(produced <= room.size(), "no more is produced than there is room");
    out_.request.body.append(room.data(), produced);
  }

  std::string_view input_;
  Choices* cuts_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  ParsedRequest out_;
};

void DemandSame(const ParsedRequest& a, const ParsedRequest& b) {
  if (a.given_up || b.given_up) return;
  // Of a request that never ends, one may have seen the mistake and the other still wait.
  if ((a.status == 0 && !a.complete) != (b.status == 0 && !b.complete))
    return Demand(!a.complete && !b.complete, "a request that is whole is whole however it was cut");
  // A head that is both too long and wrong: which is seen first is a matter of the cuts.
  const bool too_long = a.status == 431 || b.status == 431;
  if (too_long && a.status != 0 && b.status != 0) return;
  Demand(a.status == b.status, "the answer does not depend on how the bytes were cut");
  if (a.status != 0) return;
  Demand(a.complete == b.complete, "the end does not depend on how the bytes were cut");
  if (!a.complete) return;
  Demand(a.consumed == b.consumed, "the next request begins in the same place");
  Demand(a.request.method == b.request.method && a.request.target == b.request.target &&
             Text(a.request.headers) == Text(b.request.headers),
         "the head does not depend on how the bytes were cut");
  Demand(a.request.body == b.request.body && Text(a.trailers) == Text(b.trailers),
         "the body does not depend on how the bytes were cut");
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(HttpRequest) {
  Choices cuts(input);
  const ParsedRequest whole = Feeder(input, nullptr).Run(Taking::kCollect);
  DemandSame(whole, Feeder(input, &cuts).Run(Taking::kCollect));
  const ParsedRequest extracted = Feeder(input, nullptr).Run(Taking::kExtract);
  DemandSame(extracted, Feeder(input, &cuts).Run(Taking::kExtract));
  if (whole.status != 413) DemandSame(whole, extracted);
  Demand(whole.request.body.size() <= kMaxBodyBytes, "a collected body keeps its limit");
  if (!whole.complete) return;
  Demand(whole.request.target.starts_with('/') || whole.request.target == "*", "a target is a path");
  std::size_t hosts = 0;
  for (const auto& [name, value] : whole.request.headers) hosts += wire::EqualsIgnoreCase(name, "host") ? 1 : 0;
  Demand(hosts <= 1, "a request has one Host at most");
}
