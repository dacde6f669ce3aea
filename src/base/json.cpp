#define STRATOLITE_JSON_INSTANTIATION
#include "stratolite/base/json.hpp"

// The one instantiation that every other source is spared by json.hpp's `extern template`.
template class nlohmann::basic_json<>;
