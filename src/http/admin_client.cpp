#include "http/admin_client.hpp"

#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace stratolite::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr int kMaxPort = 65535;

struct Address {
  std::string host;
  std::string port;
};

bool IsThisMachine(const std::string& host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

Address ParseEndpoint(const std::string& endpoint) {
  constexpr std::string_view kSecure = "https://";
  const bool secure = endpoint.starts_with(kSecure);
  const std::string_view scheme = secure ? kSecure : "http://";
  if (!endpoint.starts_with(scheme))
    throw ClientError(fmt::format("'{}' is no endpoint: it must have the form http://host:port", endpoint));
  std::string authority = endpoint.substr(scheme.size(), endpoint.find('/', scheme.size()) - scheme.size());
  const std::size_t colon = authority.rfind(':');
  std::string port = secure ? "443" : "80";
  if (colon != std::string::npos && authority.find(']', colon) == std::string::npos) {
    port = authority.substr(colon + 1);
    authority.resize(colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
  const bool digits = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
  if (authority.empty() || !digits || std::stoi(port) > kMaxPort)
    throw ClientError(fmt::format("'{}' is no endpoint: it must have the form http://host:port", endpoint));
  // Nobody is asked in the clear over a network who was to be asked under cover.
  if (secure && !IsThisMachine(authority))
    throw ClientError(fmt::format("{} is not this machine: commands speak http:// there, on the same port", authority));
  return {authority, port};
}

/// What went wrong, and what to do about it.
ClientError NoAnswer(const std::string& endpoint, const beast::error_code& failure, std::chrono::seconds patience) {
  if (failure == beast::error::timeout) {
    return ClientError(fmt::format(
        "{} has not answered within {} seconds. The daemon may be busy, or something else has that port: its log and "
        "'stratolite doctor' may say more",
        endpoint, patience.count()));
  }
  if (failure == asio::error::connection_refused) {
    return ClientError(fmt::format(
        "nothing answers at {}. Is the daemon running? Start it with 'stratolite start', or say where it is "
        "with --endpoint or STRATOLITE_ENDPOINT",
        endpoint));
  }
  if (failure.category() == beast::http::make_error_code(beast::http::error::bad_version).category()) {
    return ClientError(fmt::format(
        "what answers at {} is no Stratolite, or it broke off ({}). Say where the daemon is with --endpoint or "
        "STRATOLITE_ENDPOINT",
        endpoint, failure.message()));
  }
  return ClientError(fmt::format(
      "no answer from {}: {}. Is the daemon running, and is that where? Otherwise say where with --endpoint or "
      "STRATOLITE_ENDPOINT",
      endpoint, failure.message()));
}

}  // namespace

ClientResponse Request(const std::string& endpoint, const std::string& method, const std::string& target,
                       const std::string& body, std::chrono::seconds timeout) {
  const Address address = ParseEndpoint(endpoint);
  asio::io_context context;
  beast::tcp_stream stream(context);
  beast::flat_buffer buffer;
  beast::http::request<beast::http::string_body> request{beast::http::string_to_verb(method), target, 11};
  beast::http::response_parser<beast::http::string_body> response;
  response.body_limit(boost::none);
  request.set(beast::http::field::host, address.host.find(':') == std::string::npos
                                            ? address.host + ":" + address.port
                                            : "[" + address.host + "]:" + address.port);
  request.set(beast::http::field::connection, "close");
  if (!body.empty()) request.set(beast::http::field::content_type, "application/json");
  request.body() = body;
  request.prepare_payload();

  beast::error_code failure;
  const auto step = [&](auto&& start) {
    failure = asio::error::would_block;
    stream.expires_after(timeout);
    start([&](beast::error_code error, auto&&...) { failure = error; });
    context.restart();
    context.run();
    if (failure) throw NoAnswer(endpoint, failure, timeout);
  };
  asio::ip::tcp::resolver resolver(context);
  beast::error_code unresolved;
  auto places = resolver.resolve(address.host, address.port, unresolved);
  // RFC 6761, 6.3: these names are this machine, also where nothing says so (a chroot or a container without /etc/hosts).
  if (unresolved && (address.host == "localhost" || address.host.ends_with(".localhost"))) {
    places = resolver.resolve("127.0.0.1", address.port, unresolved);
  }
  if (unresolved) {
    throw ClientError(fmt::format("no machine has the name '{}' ({}). Is --endpoint or STRATOLITE_ENDPOINT right?",
                                  address.host, unresolved.message()));
  }
  step([&](auto handler) { stream.async_connect(places, handler); });
  step([&](auto handler) { beast::http::async_write(stream, request, handler); });
  step([&](auto handler) { beast::http::async_read(stream, buffer, response, handler); });
  wire::Headers headers;
  for (const auto& field : response.get()) headers.Add(std::string(field.name_string()), std::string(field.value()));
  return {static_cast<int>(response.get().result_int()), std::move(response.get().body()), std::move(headers)};
}

}  // namespace stratolite::http
