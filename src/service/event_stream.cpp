#include "stratolite/service/event_stream.hpp"

#include <cassert>
#include <utility>

#include "stratolite/wire/codec.hpp"

namespace stratolite {
namespace {

wire::Shape StreamOf(const wire::Operation& operation) {
  const wire::Shape output = *operation.output();
  for (std::size_t i = 0; i < output.member_count(); ++i) {
    const wire::Shape shape = output.member(i).shape();
    if (shape.eventstream()) return shape;
  }
  assert(false && "the operation has no event stream");
  return output;
}

class EventStreamBody final : public wire::BodyProducer {
 public:
  EventStreamBody(const wire::Operation& operation, wire::Protocol protocol, std::unique_ptr<EventSource> source)
      : stream_(StreamOf(operation)), protocol_(protocol), source_(std::move(source)) {}

  bool Next(std::string& chunk) override {
    chunk.clear();
    if (!source_) return false;
    auto event = source_->Next();
    if (!event.ok()) {
      source_ = nullptr;
      chunk = wire::EncodeEventError(stream_, protocol_, event.error());
    } else if (event.value()) {
      chunk = wire::EncodeEvent(stream_, protocol_, event.value()->name, event.value()->value);
    } else {
      source_ = nullptr;
      return false;
    }
    return true;
  }

 private:
  const wire::Shape stream_;
  const wire::Protocol protocol_;
  std::unique_ptr<EventSource> source_;
};

}  // namespace

std::shared_ptr<wire::BodyProducer> MakeEventStreamBody(const wire::Operation& operation, wire::Protocol protocol,
                                                        std::unique_ptr<EventSource> source) {
  return std::make_shared<EventStreamBody>(operation, protocol, std::move(source));
}

}  // namespace stratolite
