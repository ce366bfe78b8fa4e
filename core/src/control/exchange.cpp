#include "control/exchange.hpp"

#include <charconv>

#include <fmt/format.h>

#include "config/listen.hpp"
#include "tsflow/text.hpp"

namespace tsflow::control {
namespace {

std::optional<std::string> decode(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+') {
            out += ' ';
        } else if (text[at] != '%') {
            out += text[at];
        } else {
            unsigned char byte = 0;
            const std::string_view digits = text.substr(at + 1, 2);
            const auto [end, error] =
                std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
            if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) {
                return std::nullopt;
            }
            out += static_cast<char>(byte);
            at += 2;
        }
    }
    return out;
}

}  // namespace

Answer error_answer(int status, std::string_view message) {
    Answer answer;
    answer.status = status;
    answer.body = "{\"error\":";
    append_json_text(answer.body, message);
    answer.body += "}\n";
    return answer;
}

std::optional<Request> parse_target(std::string_view target) {
    Request request;
    const std::size_t mark = target.find('?');
    const auto path = decode(target.substr(0, mark));
    if (!path) {
        return std::nullopt;
    }
    request.path = *path;
    std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        const auto name = decode(pair.substr(0, equals));
        const auto value = decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
        if (!name || !value) {
            return std::nullopt;
        }
        request.query[*name] = *value;
    }
    return request;
}

std::string encode(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", byte);
        }
    }
    return out;
}

bool holds_token(std::string_view given, std::string_view token) {
    constexpr std::string_view scheme = "Bearer ";
    if (!given.starts_with(scheme)) {
        return false;
    }
    given.remove_prefix(scheme.size());
    // Over the whole of the right one, however soon they differ.
    unsigned difference = given.size() == token.size() ? 0 : 1;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const char other = given.empty() ? '\0' : given[i % given.size()];
        difference |= static_cast<unsigned char>(token[i]) ^ static_cast<unsigned char>(other);
    }
    return difference == 0;
}

bool names_this_machine(std::string_view host) {
    const bool has_port = host.find(':') != std::string_view::npos && !host.ends_with(']');
    const auto address =
        parse_listen_address(has_port ? std::string{host} : std::string{host} + ":80");
    return address && address->loopback;
}

}  // namespace tsflow::control
