#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tsflow::http {

/// What the API needs of a request.
struct Request {
    bool head = false;  ///< HEAD instead of GET
    std::string target;
    std::string host;
    std::string origin;
    std::string authorization;
    std::string cookie;
    std::string accept;
    std::string accept_encoding;
    std::string if_none_match;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string etag;
    std::vector<std::pair<std::string, std::string>> headers;
    std::shared_ptr<const std::string> body;
    bool may_compress = true;
};

Response json_answer(int status, std::string body);
/// `{"error":"…"}`, with `"parameter":"…"` when one is to blame.
Response error(int status, std::string_view message, std::string_view parameter = {});

/// The status line and the fields, of any status that this server answers with.
std::string head_of(const Response& response, bool keep_alive);

/// True when `accept` (a field of a request) names `kind` with a weight above zero.
bool accepts(std::string_view accept, std::string_view kind);
/// Compares without telling by its duration how much is equal.
bool same_secret(std::string_view given, std::string_view wanted) noexcept;
/// The value of one cookie; empty when it is not there.
std::string_view cookie_value(std::string_view cookies, std::string_view name);
/// gzip, quickly rather than small.
std::string compress(std::string_view text);

}  // namespace tsflow::http
