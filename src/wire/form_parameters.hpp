#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stratolite::wire::internal {

/// The parameters of a Query request (`Entry.2.Key=…`) as a tree that is never built: sorted names, and a branch is a range of them.
/// A name of any depth costs its bytes and nothing more. Immutable after Parse. Not thread-safe while parsing.
class FormParameters {
 public:
  struct Parameter {
    std::string_view name;
    std::string_view value;
  };

  /// All parameters whose names begin with the same components. Cheap to copy; valid as long as the FormParameters.
  class Branch {
   public:
    /// No parameters.
    Branch() = default;
    bool empty() const { return first_ == last_; }
    /// The value of the name that ends here (`X=…`); of several the first. nullopt: there are only longer names.
    std::optional<std::string_view> value() const;
    /// The parameters one component further: `name` after this branch's own.
    Branch Child(std::string_view name) const;

    struct Item;
    /// Every next component, in order of the bytes.
    std::vector<Item> Children() const;
    bool has_children() const;

   private:
    friend class FormParameters;
    Branch(const Parameter* first, const Parameter* last, std::size_t skip) : first_(first), last_(last), skip_(skip) {}
    /// Names longer than this branch's own, each of which continues with a dot (at the root: all).
    Branch Longer() const;

    const Parameter* first_ = nullptr;
    const Parameter* last_ = nullptr;
    std::size_t skip_ = 0;  // length of the common components
  };

  FormParameters() = default;
  FormParameters(const FormParameters&) = delete;
  FormParameters& operator=(const FormParameters&) = delete;

  /// Takes the parameters of the query string and then of a form body. False: a bad percent escape, or names or values that are not UTF-8.
  bool Parse(std::string_view query, std::string_view body);

  Branch root() const { return Branch(parameters_.data(), parameters_.data() + parameters_.size(), 0); }

 private:
  bool Append(std::string_view text);
  bool Decode(std::string_view text, std::string_view* decoded);

  std::string arena_;
  std::vector<Parameter> parameters_;
};

struct FormParameters::Branch::Item {
  std::string_view component;
  Branch branch;
};

}  // namespace stratolite::wire::internal
