#pragma once

#include <string>
#include <utility>
#include <vector>

#include "s3/select/value.hpp"

namespace stratolite::s3::select {

struct OutputFormat {
  bool json = false;
  std::string record_delimiter = "\n";
  std::string field_delimiter = ",";
  std::string quote = "\"";
  std::string escape = "\"";
  bool quote_always = false;
};

/// Appends one record: of JSON, members that are MISSING are left out; of CSV, they are empty.
void AppendRecord(std::string& out, const OutputFormat& format, const Members& record);

}  // namespace stratolite::s3::select
