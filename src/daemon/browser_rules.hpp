#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/wire/http_message.hpp"

namespace stratolite::daemon {

/// What web pages may do. Anybody's page can make a browser send requests to localhost, and permissive mode takes unsigned ones, so pages of
/// foreign origins are refused; DNS rebinding is met by looking at Host too. Clients that are not browsers send neither Origin nor Sec-Fetch-Site, no Referer
/// and no Accept-Language, and do not call themselves Mozilla: they are asked for nothing beyond the admin API.
/// Immutable. Thread-safe.
class BrowserRules {
 public:
  /// `hosts`: names that are the user's own, and all below them. `origins`: further web origins, `*` for any.
  BrowserRules(std::vector<std::string> hosts, std::vector<std::string> origins);

  /// Whether a Host cannot be a foreign domain that resolves here: an IP literal, `localhost`, `*.localhost`, a name without a dot
  /// (container names), or a configured one.
  bool TrustsHost(std::string_view host) const;
  bool TrustsOrigin(std::string_view origin) const;

  /// The reason to refuse a request, if there is one. `admin`: the admin API, where Host must be trusted whoever asks. `admitted`: rules of the user's
  /// let pages of its origin send it.
  std::optional<std::string> Refusal(const wire::HttpRequest& request, bool admin, bool admitted = false) const;

  static bool IsPreflight(const wire::HttpRequest& request);
  /// Precondition: IsPreflight and no Refusal.
  static wire::HttpResponse AnswerPreflight(const wire::HttpRequest& request);
  /// Adds what a page needs to read the answer; nothing for requests without Origin.
  static void AddCorsFields(std::string_view origin, wire::HttpResponse& response);

 private:
  /// A page of another site sent it, as far as the browser tells.
  bool IsFromElsewhere(const wire::HttpRequest& request) const;

  const std::vector<std::string> hosts_;
  const std::vector<std::string> origins_;
};

}  // namespace stratolite::daemon
