#include "http.hpp"

namespace tsflow::massive_sim {

namespace {

std::string_view reason_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 429:
            return "Too Many Requests";
        case 500:
            return "Internal Server Error";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Status";
    }
}

}  // namespace

std::string wire_text(const HttpResponse& response, bool keep_alive) {
    std::string text = "HTTP/1.1 " + std::to_string(response.status) + " ";
    text += reason_of(response.status);
    text += "\r\nContent-Type: application/json\r\nContent-Length: ";
    text += std::to_string(response.body.size());
    text += "\r\n";
    for (const auto& [name, value] : response.headers) {
        text += name + ": " + value + "\r\n";
    }
    if (!keep_alive) {
        text += "Connection: close\r\n";
    }
    text += "\r\n";
    text += response.body;
    return text;
}

}  // namespace tsflow::massive_sim
