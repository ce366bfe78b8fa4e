#include "api/request.hpp"

#include <zlib.h>

#include <algorithm>
#include <cctype>

#include "tsflow/error.hpp"
#include "tsflow/text.hpp"

namespace tsflow::http {

namespace {

std::string_view reason_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 413:
            return "Content Too Large";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        default:
            return "Status";
    }
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

/// `q=0`, `q=0.000`
bool refuses(std::string_view weight) {
    return weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == std::string_view::npos;
}

constexpr int gzip_window = 15 + 16;  // the largest, and gzip's frame around it
constexpr int memory_level = 8;       // zlib's default
constexpr std::size_t gzip_frame_bytes = 32;

}  // namespace

Response json_answer(int status, std::string body) {
    Response response;
    response.status = status;
    response.body = std::make_shared<const std::string>(std::move(body));
    return response;
}

Response error(int status, std::string_view message, std::string_view parameter) {
    std::string body = "{\"error\":";
    append_json_text(body, message);
    if (!parameter.empty()) {
        body += ",\"parameter\":";
        append_json_text(body, parameter);
    }
    body += '}';
    return json_answer(status, std::move(body));
}

std::string head_of(const Response& response, bool keep_alive) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head += reason_of(response.status);
    head += "\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n";
    head += "Cross-Origin-Resource-Policy: same-origin\r\n";
    if (response.status != 304) {
        head += "Content-Type: " + response.content_type +
                "\r\nContent-Length: " + std::to_string(response.body ? response.body->size() : 0) +
                "\r\n";
    }
    if (!response.etag.empty()) {
        head += "ETag: " + response.etag +
                "\r\nCache-Control: no-cache\r\nVary: Accept, Accept-Encoding\r\n";
    } else {
        head += "Cache-Control: no-store\r\n";
    }
    for (const auto& [name, value] : response.headers) {
        head += name + ": " + value + "\r\n";
    }
    head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
    return head;
}

bool accepts(std::string_view accept, std::string_view kind) {
    while (!accept.empty()) {
        const std::size_t end = std::min(accept.find(','), accept.size());
        std::string_view entry = accept.substr(0, end);
        accept.remove_prefix(std::min(end + 1, accept.size()));
        const std::size_t semicolon = std::min(entry.find(';'), entry.size());
        if (equal_but_for_case(trimmed(entry.substr(0, semicolon)), kind)) {
            entry.remove_prefix(std::min(semicolon + 1, entry.size()));
            return !refuses(trimmed(entry));
        }
    }
    return false;
}

bool same_secret(std::string_view given, std::string_view wanted) noexcept {
    // The duration follows the length of what was given alone.
    unsigned difference = given.size() == wanted.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const char c = wanted.empty() ? '\0' : wanted[i % wanted.size()];
        difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(c);
    }
    return difference == 0;
}

std::string_view cookie_value(std::string_view cookies, std::string_view name) {
    while (!cookies.empty()) {
        const std::size_t end = std::min(cookies.find(';'), cookies.size());
        const std::string_view pair = trimmed(cookies.substr(0, end));
        cookies.remove_prefix(std::min(end + 1, cookies.size()));
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
            return pair.substr(name.size() + 1);
        }
    }
    return {};
}

std::string compress(std::string_view text) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        throw Error("zlib has no memory");
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + gzip_frame_bytes,
                    '\0');
    // zlib takes its input by a pointer to what it will not change.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (result != Z_STREAM_END) {
        throw Error("zlib could not end a stream");
    }
    return out;
}

}  // namespace tsflow::http
