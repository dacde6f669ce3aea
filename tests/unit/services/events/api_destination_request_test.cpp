#include "events/api_destination_request.hpp"

#include <gtest/gtest.h>

#include <string>

#include "events/connection_authorizer.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::events {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class ApiDestinationRequestTest : public ::testing::Test {
 protected:
  ApiDestinationRequestTest() {
    destination_.endpoint = "https://api.example.test/things";
    destination_.method = "POST";
    connection_.authorization_type = "API_KEY";
    connection_.auth = {{"ApiKeyAuthParameters", {{"ApiKeyName", "X-Key"}, {"ApiKeyValue", "secret"}}}};
    delivery_.body = R"({"id": 1})";
  }
  ports::HttpClient::Request Make() const { return ApiDestinationRequest(destination_, connection_, delivery_); }
  static std::string Header(const ports::HttpClient::Request& request, std::string_view name) {
    std::string found;
    for (const auto& [field, value] : request.headers) {
      if (AsciiLower(field) == AsciiLower(name)) found += (found.empty() ? "" : " AND ") + value;
    }
    return found;
  }

  ApiDestination destination_;
  Connection connection_;
  Delivery delivery_;
};

TEST_F(ApiDestinationRequestTest, LooksAsEventBridgesDo) {
  const auto request = Make();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://api.example.test/things");
  EXPECT_EQ(request.body, R"({"id": 1})");
  EXPECT_EQ(request.timeout, seconds(5));
  EXPECT_EQ(Header(request, "X-Key"), "secret");
  EXPECT_EQ(Header(request, "Content-Type"), "application/json; charset=utf-8");
  EXPECT_EQ(Header(request, "User-Agent"), "Amazon/EventBridge/ApiDestinations");
}

TEST_F(ApiDestinationRequestTest, AuthorizesByUserAndPasswordAndByToken) {
  connection_.authorization_type = "BASIC";
  connection_.auth = {{"BasicAuthParameters", {{"Username", "user"}, {"Password", "pass"}}}};
  EXPECT_EQ(Header(Make(), "Authorization"), "Basic dXNlcjpwYXNz");
  connection_.authorization_type = "OAUTH_CLIENT_CREDENTIALS";
  connection_.token = "Bearer abc";
  EXPECT_EQ(Header(Make(), "Authorization"), "Bearer abc");
}

TEST_F(ApiDestinationRequestTest, TheConnectionsParametersWinOverTheTargets) {
  destination_.endpoint = "https://api.example.test/*/of/*?fixed=1";
  delivery_.parameters = {{"HttpParameters",
                           {{"PathParameterValues", {"a b/c", "d"}},
                            {"HeaderParameters", {{"X-One", "target"}, {"x-two", "target"}, {"X-KEY", "stolen"}}},
                            {"QueryStringParameters", {{"p", "target"}, {"q", "&="}}}}}};
  connection_.auth["InvocationHttpParameters"] = {
      {"HeaderParameters", {{{"Key", "X-Two"}, {"Value", "connection"}, {"IsValueSecret", true}}}},
      {"QueryStringParameters", {{{"Key", "p"}, {"Value", "connection"}}}},
      {"BodyParameters", {{{"Key", "extra"}, {"Value", "yes"}}}}};
  const auto request = Make();
  EXPECT_EQ(request.url, "https://api.example.test/a%20b%2Fc/of/d?fixed=1&p=connection&q=%26%3D");
  EXPECT_EQ(Header(request, "X-One"), "target");
  EXPECT_EQ(Header(request, "X-Two"), "connection");
  EXPECT_EQ(Header(request, "X-Key"), "secret");
  EXPECT_EQ(Json::parse(request.body), (Json{{"id", 1}, {"extra", "yes"}}));
}

TEST_F(ApiDestinationRequestTest, WildcardsWithoutAValueStayAndBodiesThatAreNoObjectToo) {
  destination_.endpoint = "https://api.example.test/*/*";
  delivery_.parameters = {{"HttpParameters", {{"PathParameterValues", {"one"}}}}};
  connection_.auth["InvocationHttpParameters"] = {{"BodyParameters", {{{"Key", "extra"}, {"Value", "yes"}}}}};
  delivery_.body = "\"text\"";
  EXPECT_EQ(Make().url, "https://api.example.test/one/*");
  EXPECT_EQ(Make().body, "\"text\"");
  destination_.method = "GET";
  EXPECT_EQ(Make().body, "");
}

TEST(RetryAfterTest, ReadsSecondsAndDates) {
  const TimePoint now = *ParseHttpDate("Fri, 02 Jan 2026 03:04:05 GMT");
  const auto asked = [&](std::string text) { return RetryAfter({429, {{"retry-after", std::move(text)}}, {}}, now); };
  EXPECT_EQ(RetryAfter({429, {}, {}}, now), std::nullopt);
  EXPECT_EQ(asked("120"), seconds(120));
  EXPECT_EQ(asked("-1"), seconds(-1));
  EXPECT_EQ(asked("Fri, 02 Jan 2026 04:04:05 GMT"), hours(1));
  EXPECT_EQ(asked("Fri, 02 Jan 2026 02:04:05 GMT"), seconds(0));
  EXPECT_EQ(asked("soon"), std::nullopt);
  EXPECT_EQ(asked("99999999999999999999"), std::nullopt);
  EXPECT_EQ(asked("999999999999"), hours(24 * 7));
}

class TokenRequestTest : public ::testing::Test {
 protected:
  TokenRequestTest() {
    connection_.authorization_type = "OAUTH_CLIENT_CREDENTIALS";
    connection_.auth = {{"OAuthParameters",
                         {{"AuthorizationEndpoint", "https://login.example.test/token?a=1"},
                          {"HttpMethod", "POST"},
                          {"ClientParameters", {{"ClientID", "me"}, {"ClientSecret", "p&w"}}},
                          {"OAuthHttpParameters",
                           {{"BodyParameters", {{{"Key", "scope"}, {"Value", "all of it"}}}},
                            {"QueryStringParameters", {{{"Key", "b"}, {"Value", "2"}}}},
                            {"HeaderParameters", {{{"Key", "X-Tenant"}, {"Value", "t"}}}}}}}}};
  }
  Connection connection_;
};

TEST_F(TokenRequestTest, PostsCredentialsAsAForm) {
  const auto request = TokenRequest(connection_);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->url, "https://login.example.test/token?a=1&b=2");
  EXPECT_EQ(request->body, "client_id=me&client_secret=p%26w&grant_type=client_credentials&scope=all%20of%20it");
  EXPECT_EQ(request->headers.back(), (std::pair<std::string, std::string>("X-Tenant", "t")));
}

TEST_F(TokenRequestTest, PutsThemIntoTheQueryOfAGet) {
  connection_.auth["OAuthParameters"]["HttpMethod"] = "GET";
  const auto request = TokenRequest(connection_);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->url,
            "https://login.example.test/token?a=1&b=2&client_id=me&client_secret=p%26w&grant_type=client_credentials"
            "&scope=all%20of%20it");
  EXPECT_EQ(request->body, "");
}

TEST_F(TokenRequestTest, NeedsParameters) {
  connection_.auth = Json::object();
  EXPECT_EQ(TokenRequest(connection_).error().code, "AuthorizationFailed");
}

}  // namespace
}  // namespace stratolite::events
