#include "patterns/wildcard.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace stratolite::patterns::internal {
namespace {

/// The automaton of AWS's library: what a literal leads to, and what `*` leads to (which then leads to itself).
struct WildcardState {
  std::vector<std::pair<char, int>> literals;
  int star = -1;
  std::size_t weight = 0;
  std::size_t last_term = 0;
};

class WildcardAutomaton {
 public:
  explicit WildcardAutomaton(const std::vector<const std::vector<Wildcard>*>& terms) : states_(1) {
    for (const std::vector<Wildcard>* term : terms) {
      ++terms_;
      for (const Wildcard& wildcard : *term) Add(wildcard);
    }
  }

  std::size_t Complexity(std::size_t limit, std::size_t* budget) const {
    std::set<std::vector<int>> seen;
    std::vector<std::vector<int>> pending = {{0}};
    // All of them begin with a text's opening quote, which counts.
    std::size_t most = terms_;
    while (most < limit && !pending.empty()) {
      const std::vector<int> active = std::move(pending.back());
      pending.pop_back();
      std::set<char> characters;
      for (const int index : active) {
        for (const auto& [c, next] : State(index).literals) characters.insert(c);
      }
      // All characters that no literal names lead to the same.
      for (auto next = characters.begin();; ++next) {
        const std::vector<int> reached = Step(active, next == characters.end() ? nullptr : &*next);
        if (!reached.empty()) {
          most = std::max(most, Weight(reached));
          if (most >= limit || *budget == 0) return limit;
          --*budget;
          if (seen.insert(reached).second) pending.push_back(reached);
        }
        if (next == characters.end()) break;
      }
    }
    return std::min(most, limit);
  }

 private:
  void Add(const Wildcard& wildcard) {
    // Wildcards share what lies before their first `*`, and that `*`.
    bool shared = true;
    int current = 0;
    const auto& parts = wildcard.parts();
    for (std::size_t part = 0; part < parts.size(); ++part) {
      int skipped = -1;
      if (part > 0) {
        skipped = current;
        current = Star(current, shared);
        shared = false;
      }
      for (const char c : parts[part]) {
        const int next = Literal(current, c, shared);
        // `*` stands for nothing, too.
        if (skipped >= 0) State(skipped).literals.emplace_back(c, next);
        skipped = -1;
        current = next;
        Pass(current);
      }
    }
  }

  int Star(int from, bool shared) {
    int star = shared ? State(from).star : -1;
    if (star < 0) star = New();
    State(from).star = star;
    State(star).star = star;
    Pass(star);
    return star;
  }

  int Literal(int from, char c, bool shared) {
    if (shared) {
      for (const auto& [literal, next] : State(from).literals) {
        if (literal == c) return next;
      }
    }
    const int next = New();
    State(from).literals.emplace_back(c, next);
    return next;
  }

  int New() {
    states_.emplace_back();
    return static_cast<int>(states_.size()) - 1;
  }

  WildcardState& State(int index) { return states_[static_cast<std::size_t>(index)]; }
  const WildcardState& State(int index) const { return states_[static_cast<std::size_t>(index)]; }

  std::vector<int> Step(const std::vector<int>& active, const char* character) const {
    std::vector<int> reached;
    for (const int index : active) {
      if (State(index).star >= 0) reached.push_back(State(index).star);
      for (const auto& [literal, next] : State(index).literals) {
        if (character && literal == *character) reached.push_back(next);
      }
    }
    std::sort(reached.begin(), reached.end());
    reached.erase(std::unique(reached.begin(), reached.end()), reached.end());
    return reached;
  }

  /// What matches `a` matches `a*`, too.
  std::size_t Weight(const std::vector<int>& reached) const {
    std::set<int> all(reached.begin(), reached.end());
    for (const int index : reached) {
      if (State(index).star >= 0) all.insert(State(index).star);
    }
    std::size_t weight = 0;
    for (const int index : all) weight += State(index).weight;
    return weight;
  }

  /// A state counts once for each term that passes it.
  void Pass(int index) {
    WildcardState& state = State(index);
    if (state.last_term == terms_) return;
    state.last_term = terms_;
    ++state.weight;
  }

  std::size_t terms_ = 0;
  std::vector<WildcardState> states_;
};

}  // namespace

std::variant<Wildcard, std::string> Wildcard::Parse(std::string_view text) {
  Wildcard wildcard;
  wildcard.parts_.emplace_back();
  // AWS's library counts positions from the quote before the text.
  const auto position = [](std::size_t i) { return std::to_string(i + 1); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*') {
      if (i + 1 < text.size() && text[i + 1] == '*') return "Consecutive wildcard characters at pos " + position(i);
      wildcard.parts_.emplace_back();
    } else if (text[i] == '\\') {
      if (i + 1 == text.size() || (text[i + 1] != '*' && text[i + 1] != '\\'))
        return "Invalid escape character at pos " + position(i);
      wildcard.parts_.back().push_back(text[++i]);
    } else {
      wildcard.parts_.back().push_back(text[i]);
    }
  }
  return wildcard;
}

bool Wildcard::Matches(std::string_view text) const {
  const std::string& first = parts_.front();
  if (parts_.size() == 1) return text == first;
  const std::string& last = parts_.back();
  if (text.size() < first.size() + last.size() || !text.starts_with(first) || !text.ends_with(last)) return false;
  text = text.substr(first.size(), text.size() - first.size() - last.size());
  for (std::size_t i = 1; i + 1 < parts_.size(); ++i) {
    const std::size_t at = text.find(parts_[i]);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + parts_[i].size());
  }
  return true;
}

std::size_t WildcardComplexity(const std::vector<const std::vector<Wildcard>*>& terms, std::size_t limit,
                               std::size_t* budget) {
  if (terms.empty()) return 0;
  return WildcardAutomaton(terms).Complexity(limit, budget);
}

}  // namespace stratolite::patterns::internal
