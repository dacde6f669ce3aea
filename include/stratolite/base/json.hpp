#pragma once

#include <nlohmann/json.hpp>

#include "stratolite/base/json_fwd.hpp"

#ifndef STRATOLITE_JSON_INSTANTIATION
extern template class nlohmann::basic_json<>;
#endif
