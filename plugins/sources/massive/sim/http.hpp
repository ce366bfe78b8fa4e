#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "words.hpp"

namespace tsflow::massive_sim {

/// What the services need of a request.
struct HttpRequest {
    std::string method;
    std::string path;  ///< percent-decoded
    Parameters query;
    std::string authorization;
    std::string origin;         ///< such as http://127.0.0.1:8080, as the client calls this server
    std::string websocket_key;  ///< empty: not an upgrade to websocket
    std::string body;
    bool keep_alive = true;
};

struct HttpResponse {
    int status = 200;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::int64_t delay_ms = 0;
    bool cut_short = false;  ///< the connection ends in the middle of the body
};

/// The head and the body as they go over the wire.
std::string wire_text(const HttpResponse& response, bool keep_alive);

}  // namespace tsflow::massive_sim
