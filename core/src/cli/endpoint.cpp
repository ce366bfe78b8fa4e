#include "cli/endpoint.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "cli/json_status.hpp"
#include "cli/load.hpp"
#include "cli/terminal.hpp"
#include "tsflow/error.hpp"

namespace tsflow::cli {
namespace {

constexpr const char* usual_address = "127.0.0.1:9180";

control::Endpoint from_file(const RunningArgs& args) {
    Parsed parsed = parse(args);
    if (parsed.diagnostics.has_errors()) {
        if (parsed.spec.control && !parsed.spec.control->token.empty()) {
            parsed.diagnostics.hide(Secrets({parsed.spec.control->token}));
        }
        throw ConfigError(parsed.diagnostics.to_text(colours_on_stderr()));
    }
    const auto& control = parsed.spec.control;
    if (!control) {
        throw ConfigError(
            fmt::format("{} has no [control], so its run cannot be looked at", args.file.string()));
    }
    if (control->listen.port == 0) {
        throw ConfigError(fmt::format(
            "{} leaves the port of [control] open; --connect with the address that the log tells",
            args.file.string()));
    }
    return {control->listen, control->token};
}

}  // namespace

control::Endpoint endpoint_of(const RunningArgs& args) {
    if (!args.file.empty()) {
        return from_file(args);
    }
    const std::string text = args.connect.empty() ? usual_address : args.connect;
    const auto address = parse_listen_address(text);
    if (!address || address->port == 0) {
        throw ConfigError(fmt::format(
            "--connect: expected ADDRESS:PORT with a numeric address or localhost, such as {}; "
            "found '{}'",
            usual_address, text));
    }
    const char* token = std::getenv("TSFLOW_CONTROL_TOKEN");
    return {*address, token == nullptr ? "" : token};
}

std::string refusal_in(const control::Reply& reply) {
    return error_in(reply.body).value_or(fmt::format("status {}", reply.status));
}

std::string ask(const control::Endpoint& endpoint, std::string_view target) {
    control::Reply reply = control::get(endpoint, target);
    if (reply.status != 200) {
        throw Error(refusal_in(reply));
    }
    return std::move(reply.body);
}

}  // namespace tsflow::cli
