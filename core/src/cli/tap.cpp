#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_codes.hpp"
#include "cli/terminal.hpp"
#include "control/exchange.hpp"

namespace tsflow::cli {
namespace {

std::string target_of(const TapArgs& args) {
    std::string target = "/tap?port=" + control::encode(args.port);
    target += args.format == TapArgs::Format::table ? "&format=table" : "&format=jsonl";
    if (!args.where.empty()) {
        target += "&where=" + control::encode(args.where);
    }
    if (args.limit) {
        target += fmt::format("&limit={}", *args.limit);
    }
    if (args.rate) {
        target += fmt::format("&rate={}", *args.rate);
    }
    return target;
}

/// Rows go to standard output, remarks about them to standard error.
void print_line(std::string_view line) {
    (line.starts_with('#') ? print_error : print)(line);
}

}  // namespace

int tap(const TapArgs& args) {
    std::string begun;  // a line whose end has not come yet
    const control::Reply reply =
        control::follow(endpoint_of(args), target_of(args), [&](std::string_view piece) {
            begun += piece;
            std::size_t from = 0;
            for (std::size_t end = begun.find('\n'); end != std::string::npos;
                 end = begun.find('\n', from)) {
                print_line(std::string_view{begun}.substr(from, end + 1 - from));
                from = end + 1;
            }
            begun.erase(0, from);
            return true;
        });
    if (reply.status != 200) {
        print_error(fmt::format("error: {}\n", refusal_in(reply)));
        return exit_failed;
    }
    return exit_ok;
}

}  // namespace tsflow::cli
