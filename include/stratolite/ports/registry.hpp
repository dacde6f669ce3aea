#pragma once

#include <memory>
#include <mutex>
#include <typeindex>
#include <unordered_map>

namespace stratolite::ports {

/// How services of one world reach each other without including each other: a service offers an interface from `ports/`, another asks for it.
/// An interface is a class with virtual functions whose methods say their own thread rule. Thread-safe.
class Registry {
 public:
  /// `implementation` must outlive the world's calls. Offering again replaces.
  template <typename Port>
  void Offer(Port* implementation) {
    const std::scoped_lock lock(mutex_);
    offers_[typeid(Port)] = implementation;
  }
  /// nullptr: nobody offers it (the service is not built or not started).
  template <typename Port>
  Port* Find() const {
    const std::scoped_lock lock(mutex_);
    const auto found = offers_.find(typeid(Port));
    return found == offers_.end() ? nullptr : static_cast<Port*>(found->second);
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::type_index, void*> offers_;
};

}  // namespace stratolite::ports
