#include "commands.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "garbage.hpp"
#include "tsflow/error.hpp"

namespace tsflow::massive_sim {

struct Commands::Command {
    std::string_view name;
    Action (Commands::*prepare)(const Arguments&);
    std::vector<std::string_view> parameters;
};

namespace {

/// Until then; for ever when there are no seconds.
Steady end_of(double seconds) {
    using std::chrono::steady_clock;
    return seconds > 0 ? steady_clock::now() + std::chrono::duration_cast<steady_clock::duration>(
                                                   std::chrono::duration<double>(seconds))
                       : Steady::max();
}

std::string listed(const std::vector<std::string_view>& names) {
    std::string list;
    for (const std::string_view name : names) {
        list += (list.empty() ? "" : ", ") + std::string{name};
    }
    return list.empty() ? "none" : list;
}

}  // namespace

const std::vector<Commands::Command>& Commands::all() {
    static const std::vector<Command> commands{
        {"drop", &Commands::drop, {"client", "code", "reason", "reset", "mid_frame", "minutes"}},
        {"stall", &Commands::stall, {"client", "seconds", "lose"}},
        {"unstall", &Commands::unstall, {"client"}},
        {"slow", &Commands::slow, {"client", "bytes_per_second"}},
        {"garbage", &Commands::garbage, {"client", "kind", "count"}},
        {"fragment", &Commands::fragment, {"client", "bytes", "pings"}},
        {"duplicate", &Commands::duplicate, {"client", "percent"}},
        {"reorder", &Commands::reorder, {"client", "percent"}},
        {"evict", &Commands::evict, {"client"}},
        {"send", &Commands::send, {"client", "text"}},
        {"refuse_auth", &Commands::refuse_auth, {"count", "message"}},
        {"refuse_connections", &Commands::refuse_connections, {"seconds", "how"}},
        {"rest_error",
         &Commands::rest_error,
         {"status", "count", "retry_after", "empty_body", "cut_short", "delay_ms"}},
        {"start", &Commands::start, {}},
        {"pause", &Commands::pause, {}},
        {"resume", &Commands::resume, {}},
        {"step", &Commands::step, {"minutes"}},
        {"clear", &Commands::clear, {}},
    };
    return commands;
}

Commands::Action Commands::prepare(std::string_view name, const Parameters& parameters,
                                   std::string_view body) {
    const auto command = std::ranges::find(all(), name, &Command::name);
    if (command == all().end()) {
        std::vector<std::string_view> names{"status"};
        for (const Command& each : all()) {
            names.push_back(each.name);
        }
        throw Error("The simulator has no command '" + std::string{name} + "'; it has " +
                    listed(names) + ".");
    }
    for (const auto& [key, value] : parameters) {
        if (std::ranges::find(command->parameters, key) == command->parameters.end()) {
            throw Error("The command '" + std::string{name} + "' has no parameter '" + key +
                        "'; it has " + listed(command->parameters) + ".");
        }
    }
    return (this->*command->prepare)(Arguments(parameters, body));
}

/// The clients that are meant: all, by number, or those who subscribe to a ticker.
std::vector<Feed::ClientPtr> Commands::targets(const std::string& wanted) {
    const auto id = number<int>(wanted);
    const auto symbol = id || wanted == "all" ? std::nullopt : market_.symbol(wanted);
    std::vector<Feed::ClientPtr> found;
    for (const Feed::ClientPtr& client : feed_.clients()) {
        const bool is_meant = id       ? client->id == *id
                              : symbol ? client->subscriptions.wants_symbol(*symbol)
                                       : wanted == "all";
        if (is_meant && !client->ended) {
            found.push_back(client);
        }
    }
    return found;
}

Commands::Action Commands::for_each_target(const Arguments& arguments,
                                           std::function<void(Client&)> act) {
    return [this, wanted = arguments.text("client", "all"), act = std::move(act)] {
        for (const Feed::ClientPtr& client : targets(wanted)) {
            act(*client);
        }
    };
}

/// Changes what is wrong with the clients that are meant, and with later ones when all are.
Commands::Action Commands::set_faults(const Arguments& arguments, Feed::Change change) {
    return [this, wanted = arguments.text("client", "all"), change = std::move(change)] {
        if (wanted == "all") {
            feed_.change_faults_of_newcomers(change);
        }
        for (const Feed::ClientPtr& client : targets(wanted)) {
            Feed::change_faults(*client, change);
        }
    };
}

Commands::Action Commands::drop(const Arguments& arguments) {
    const auto code = static_cast<std::uint16_t>(arguments.whole("code", 0));
    const bool reset = arguments.flag("reset");
    const bool mid_frame = arguments.flag("mid_frame");
    const auto minutes = arguments.whole("minutes", 0);
    const std::string reason = arguments.text("reason");
    const auto drop_them = for_each_target(arguments, [=](Client& client) {
        client.ended = true;
        if (code > 0) {
            client.link->close(code, reason);
        } else if (mid_frame) {
            client.link->outbox().raw(half_a_frame());
            client.link->finish();
        } else {
            client.link->abort(reset);
        }
    });
    return [this, drop_them, minutes] {
        drop_them();
        feed_.on_change();
        if (minutes > 0) {
            player_.step(minutes);
        }
    };
}

Commands::Action Commands::stall(const Arguments& arguments) {
    const double seconds = arguments.real("seconds", 0);
    const bool lose = arguments.flag("lose");
    const auto stall_them = for_each_target(arguments, [=](Client& client) {
        client.faults.stalled = true;
        client.faults.stall_loses = lose;
        client.faults.stalled_until = end_of(seconds);
        client.link->stall(true);
    });
    return [this, stall_them] {
        stall_them();
        player_.client_drained();  // nobody waits for those who are stalled
    };
}

Commands::Action Commands::unstall(const Arguments& arguments) {
    return for_each_target(arguments, [this](Client& client) { feed_.unstall(client); });
}

Commands::Action Commands::slow(const Arguments& arguments) {
    const auto rate = arguments.whole("bytes_per_second", 0);
    return set_faults(arguments,
                      [rate](DeliveryFaults& faults) { faults.bytes_per_second = rate; });
}

Commands::Action Commands::garbage(const Arguments& arguments) {
    const Garbage garbage = make_garbage(arguments.choice("kind", garbage_kinds));
    const auto count = arguments.whole("count", 1);
    return for_each_target(arguments, [garbage, count](Client& client) {
        for (std::int64_t i = 0; i < count; ++i) {
            client.link->outbox().message(garbage.opcode, garbage.payload);
        }
        client.link->flush();
    });
}

Commands::Action Commands::fragment(const Arguments& arguments) {
    const auto bytes = static_cast<std::size_t>(arguments.whole("bytes", 0));
    const bool pings = arguments.flag("pings");
    return set_faults(arguments, [=](DeliveryFaults& faults) {
        faults.fragment_bytes = bytes;
        faults.fragment_pings = pings;
    });
}

Commands::Action Commands::duplicate(const Arguments& arguments) {
    const double percent = arguments.real("percent", 0);
    return set_faults(arguments,
                      [percent](DeliveryFaults& faults) { faults.duplicate_percent = percent; });
}

Commands::Action Commands::reorder(const Arguments& arguments) {
    const double percent = arguments.real("percent", 0);
    return set_faults(arguments,
                      [percent](DeliveryFaults& faults) { faults.reorder_percent = percent; });
}

Commands::Action Commands::evict(const Arguments& arguments) {
    const auto evict_them =
        for_each_target(arguments, [this](Client& client) { feed_.evict(client); });
    return [this, evict_them] {
        evict_them();
        feed_.on_change();
    };
}

Commands::Action Commands::send(const Arguments& arguments) {
    const std::string text = arguments.text("text", arguments.body());
    return for_each_target(arguments, [text](Client& client) {
        client.link->outbox().message(Opcode::text, text);
        client.link->flush();
    });
}

Commands::Action Commands::refuse_auth(const Arguments& arguments) {
    return [this, count = arguments.whole("count", 1), message = arguments.text("message")] {
        feed_.refuse_auth(count, message);
    };
}

Commands::Action Commands::refuse_connections(const Arguments& arguments) {
    constexpr std::array<std::string_view, 3> ways{"close", "503", "hang"};
    const std::string how = arguments.choice("how", ways);
    const double seconds = arguments.real("seconds", 0);
    return [this, how, seconds] {
        refusal_.how = how == "close" ? Refusal::How::close
                       : how == "503" ? Refusal::How::unavailable
                                      : Refusal::How::hang;
        refusal_.until = end_of(seconds);
    };
}

Commands::Action Commands::rest_error(const Arguments& arguments) {
    constexpr int internal_error = 500;
    RestFault fault;
    fault.count = arguments.whole("count", 1);
    fault.cut_short = arguments.flag("cut_short");
    fault.delay_ms = arguments.whole("delay_ms", 0);
    // A fault of how the answer comes leaves the answer right.
    const bool keeps_answer = fault.cut_short || fault.delay_ms > 0;
    fault.status = static_cast<int>(arguments.whole("status", keeps_answer ? 0 : internal_error));
    if (arguments.has("retry_after")) {
        fault.retry_after = arguments.whole("retry_after", 0);
    }
    fault.empty_body = arguments.flag("empty_body");
    return [this, fault] { rest_.set_fault(fault); };
}

Commands::Action Commands::start(const Arguments&) {
    return [this] { player_.start(); };
}

Commands::Action Commands::pause(const Arguments&) {
    return [this] { player_.pause(); };
}

Commands::Action Commands::resume(const Arguments&) {
    return [this] { player_.resume(); };
}

Commands::Action Commands::step(const Arguments& arguments) {
    return [this, minutes = arguments.whole("minutes", 1)] { player_.step(minutes); };
}

Commands::Action Commands::clear(const Arguments&) {
    return [this] {
        const auto reset = [](DeliveryFaults& faults) { faults = {}; };
        feed_.change_faults_of_newcomers(reset);
        for (const Feed::ClientPtr& client : feed_.clients()) {
            Feed::change_faults(*client, reset);
            feed_.unstall(*client);
        }
        feed_.refuse_auth(0, "");
        refusal_ = {};
        rest_.set_fault({});
    };
}

}  // namespace tsflow::massive_sim
