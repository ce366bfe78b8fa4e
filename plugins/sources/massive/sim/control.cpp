#include "control.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>

#include "events.hpp"
#include "tsflow/error.hpp"
#include "tsflow/text.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive_sim {

/// The parameters of a command, read with their defaults; what none of them has read is refused.
class Control::Arguments {
public:
    Arguments(const Parameters& parameters, std::string_view body)
        : parameters_(parameters), body_(body) {}

    std::string text(std::string_view name, std::string_view otherwise = {}) const {
        const std::string* value = find(parameters_, name);
        return value != nullptr ? *value : std::string{otherwise};
    }
    double real(std::string_view name, double otherwise) const {
        const std::string* value = find(parameters_, name);
        if (value == nullptr) {
            return otherwise;
        }
        const auto read = number<double>(*value);
        if (!read || !(*read >= 0)) {
            throw Error("The parameter '" + std::string{name} + "' is '" + *value +
                        "'; expected a number that is not negative.");
        }
        return *read;
    }
    std::int64_t whole(std::string_view name, std::int64_t otherwise) const {
        constexpr double most = 1e15;
        const double value = real(name, static_cast<double>(otherwise));
        if (value > most || value != static_cast<double>(static_cast<std::int64_t>(value))) {
            throw Error("The parameter '" + std::string{name} + "' must be a whole number.");
        }
        return static_cast<std::int64_t>(value);
    }
    bool flag(std::string_view name) const {
        const std::string value = text(name, "false");
        if (!value.empty() && value != "true" && value != "false") {
            throw Error("The parameter '" + std::string{name} + "' is '" + value +
                        "'; expected true or false.");
        }
        return value != "false";
    }
    /// One of the words; the first when there is none.
    std::string choice(std::string_view name, std::initializer_list<std::string_view> words) const {
        const std::string value = text(name, *words.begin());
        if (std::ranges::find(words, value) == words.end()) {
            std::string list;
            for (const std::string_view word : words) {
                list += (list.empty() ? "" : ", ") + std::string{word};
            }
            throw Error("The parameter '" + std::string{name} + "' is '" + value +
                        "'; expected one of " + list + ".");
        }
        return value;
    }
    std::string_view body() const noexcept { return body_; }
    const Parameters& all() const noexcept { return parameters_; }

private:
    const Parameters& parameters_;
    std::string_view body_;
};

struct Control::Command {
    std::string_view name;
    void (Control::*run)(const Arguments&);
    std::vector<std::string_view> parameters;
};

namespace {

constexpr std::uint64_t half = 2;

std::chrono::steady_clock::duration seconds(double count) {
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::chrono::duration<double>(count));
}

/// Until then; for ever when there are no seconds.
Steady end_of(double count) {
    return count > 0 ? std::chrono::steady_clock::now() + seconds(count) : Steady::max();
}

}  // namespace

const std::vector<Control::Command>& Control::commands() {
    static const std::vector<Command> commands{
        {"drop", &Control::drop, {"client", "code", "reason", "reset", "mid_frame", "minutes"}},
        {"stall", &Control::stall, {"client", "seconds", "lose"}},
        {"unstall", &Control::unstall, {"client"}},
        {"slow", &Control::slow, {"client", "bytes_per_second"}},
        {"garbage", &Control::garbage, {"client", "kind", "count"}},
        {"fragment", &Control::fragment, {"client", "bytes", "pings"}},
        {"duplicate", &Control::duplicate, {"client", "percent"}},
        {"reorder", &Control::reorder, {"client", "percent"}},
        {"evict", &Control::evict, {"client"}},
        {"send", &Control::send, {"client", "text"}},
        {"refuse_auth", &Control::refuse_auth, {"count", "message"}},
        {"refuse_connections", &Control::refuse_connections, {"seconds", "how"}},
        {"rest_error",
         &Control::rest_error,
         {"status", "count", "retry_after", "empty_body", "cut_short", "delay_ms"}},
        {"start", &Control::play, {}},
        {"pause", &Control::pause, {}},
        {"resume", &Control::resume, {}},
        {"step", &Control::step, {"minutes"}},
        {"clear", &Control::clear, {}},
    };
    return commands;
}

Control::Control(const SimulatorOptions& options, Market& market, Feed& feed, Player& player,
                 Rest& rest)
    : options_(options), market_(market), feed_(feed), player_(player), rest_(rest) {
    for (const std::string& text : options.faults) {
        const auto refuse = [&](const std::string& why) {
            throw ConfigError("faults", "The simulator's option 'faults' holds '" + text + "', " +
                                            why + "; expected such as 'drop@30;client=1'.");
        };
        Parameters parameters = parse_parameters(text, ';');
        const std::string head = parameters.empty() ? "" : parameters.front().first;
        const std::size_t at = head.find('@');
        const auto minute =
            at == std::string::npos ? std::nullopt : number<std::int64_t>(head.substr(at + 1));
        if (!minute || *minute < 0) {
            refuse("without a minute");
        }
        parameters.erase(parameters.begin());
        const std::string name = head.substr(0, at);
        if (std::ranges::find(commands(), name, &Command::name) == commands().end()) {
            refuse("and there is no fault '" + name + "'");
        }
        planned_.push_back({*minute, name, std::move(parameters)});
    }
}

void Control::minute_played(std::int64_t minutes) {
    // Out of the list first: a fault may play minutes itself.
    std::vector<Planned> due;
    std::erase_if(planned_, [&](Planned& planned) {
        if (planned.minute > minutes) {
            return false;
        }
        due.push_back(std::move(planned));
        return true;
    });
    for (const Planned& planned : due) {
        run(planned.name, planned.parameters);
    }
}

HttpResponse Control::respond(const HttpRequest& request) {
    constexpr std::string_view prefix = "/control/";
    constexpr int bad_request = 400;
    HttpResponse response;
    try {
        const std::string_view name =
            std::string_view{request.path}.substr(std::min(prefix.size(), request.path.size()));
        if (name != "status" && request.method != "POST") {
            throw Error("The control endpoint changes things by POST only.");
        }
        response.body = run(name, request.query, request.body);
    } catch (const Error& refusal) {
        response.status = bad_request;
        response.body = R"({"ok":false,"error":)";
        append_json_text(response.body, refusal.what());
        response.body += '}';
    }
    return response;
}

std::string Control::run(std::string_view name, const Parameters& parameters,
                         std::string_view body) {
    if (name == "status") {
        return status();
    }
    const auto command = std::ranges::find(commands(), name, &Command::name);
    if (command == commands().end()) {
        std::string list = "status";
        for (const Command& each : commands()) {
            list += ", " + std::string{each.name};
        }
        throw Error("The control endpoint has no '" + std::string{name} + "'; it has " + list +
                    ".");
    }
    for (const auto& [key, value] : parameters) {
        if (std::ranges::find(command->parameters, key) == command->parameters.end()) {
            std::string list;
            for (const std::string_view each : command->parameters) {
                list += (list.empty() ? "" : ", ") + std::string{each};
            }
            throw Error("'" + std::string{name} + "' has no parameter '" + key + "'; it has " +
                        (list.empty() ? "none" : list) + ".");
        }
    }
    (this->*command->run)(Arguments(parameters, body));
    return R"({"ok":true})";
}

/// The clients that `client` names: all, by number, or those who subscribe to a ticker.
std::vector<Feed::ClientPtr> Control::targets(const Arguments& arguments) {
    const std::string wanted = arguments.text("client", "all");
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

void Control::drop(const Arguments& arguments) {
    const auto code = arguments.whole("code", 0);
    const std::string reason = arguments.text("reason");
    const bool reset = arguments.flag("reset");
    const bool mid_frame = arguments.flag("mid_frame");
    const auto minutes = arguments.whole("minutes", 0);
    for (const Feed::ClientPtr& client : targets(arguments)) {
        client->ended = true;
        if (code > 0) {
            client->link->close(static_cast<std::uint16_t>(code), reason);
        } else if (mid_frame) {
            std::string frame;
            append_frame(frame, Opcode::text, R"([{"ev":"AM","sym":"AAPL","v":1,"o":1.5,"c":2.)");
            client->link->outbox().raw(std::string_view{frame}.substr(0, frame.size() / half));
            client->link->finish();
        } else {
            client->link->abort(reset);
        }
    }
    feed_.on_change();
    if (minutes > 0) {
        player_.step(minutes);
    }
}

void Control::stall(const Arguments& arguments) {
    const Steady until = end_of(arguments.real("seconds", 0));
    const bool lose = arguments.flag("lose");
    for (const Feed::ClientPtr& client : targets(arguments)) {
        client->faults.stalled = true;
        client->faults.stall_loses = lose;
        client->faults.stalled_until = until;
        client->link->stall(true);
    }
    player_.client_drained();  // nobody waits for those who are stalled
}

void Control::unstall(const Arguments& arguments) {
    for (const Feed::ClientPtr& client : targets(arguments)) {
        client->faults.stalled = false;
        client->link->stall(false);
    }
}

/// Changes what is wrong with the clients that are meant, and with later ones when all are.
void Control::set_faults(const Arguments& arguments,
                         const std::function<void(DeliveryFaults&)>& change) {
    if (arguments.text("client", "all") == "all") {
        feed_.change_faults_of_newcomers(change);
    }
    for (const Feed::ClientPtr& client : targets(arguments)) {
        feed_.change_faults(*client, change);
    }
}

void Control::slow(const Arguments& arguments) {
    const auto rate = arguments.whole("bytes_per_second", 0);
    set_faults(arguments, [&](DeliveryFaults& faults) { faults.bytes_per_second = rate; });
}

void Control::garbage(const Arguments& arguments) {
    const std::string kind = arguments.choice(
        "kind", {"text", "truncated", "object", "number", "nested", "unknown_event", "bad_fields",
                 "binary", "invalid_utf8", "reserved_opcode"});
    const auto count = arguments.whole("count", 1);
    std::string payload = "this is no JSON {]";
    Opcode opcode = Opcode::text;
    if (kind == "truncated") {
        payload = R"([{"ev":"AM","sym":"AAPL","v":4110,"o":0.44)";
    } else if (kind == "object") {
        payload = R"({"ev":"AM","sym":"AAPL","v":1,"o":1,"c":1,"h":1,"l":1,"s":0,"e":60000})";
    } else if (kind == "number") {
        payload = "42";
    } else if (kind == "nested") {
        payload = std::string(5000, '[') + std::string(5000, ']');
    } else if (kind == "unknown_event") {
        payload = R"([{"ev":"ZZ","sym":"AAPL","x":[1,{"y":null}]},{"no_ev":true},[],null,7])";
    } else if (kind == "bad_fields") {
        payload =
            R"([{"ev":"AM","sym":7,"v":"many","o":null,"c":true,"h":[],"l":{},"s":"x","e":-1}])";
    } else if (kind == "binary") {
        opcode = Opcode::binary;
    } else if (kind == "invalid_utf8") {
        payload = "[{\"ev\":\"AM\",\"sym\":\"\xff\xfe\"}]";
    } else if (kind == "reserved_opcode") {
        opcode = static_cast<Opcode>(3);
    }
    for (const Feed::ClientPtr& client : targets(arguments)) {
        for (std::int64_t i = 0; i < count; ++i) {
            client->link->outbox().message(opcode, payload);
        }
        client->link->flush();
    }
}

void Control::fragment(const Arguments& arguments) {
    const auto bytes = static_cast<std::size_t>(arguments.whole("bytes", 0));
    const bool pings = arguments.flag("pings");
    set_faults(arguments, [&](DeliveryFaults& faults) {
        faults.fragment_bytes = bytes;
        faults.fragment_pings = pings;
    });
}

void Control::duplicate(const Arguments& arguments) {
    const double percent = arguments.real("percent", 0);
    set_faults(arguments, [&](DeliveryFaults& faults) { faults.duplicate_percent = percent; });
}

void Control::reorder(const Arguments& arguments) {
    const double percent = arguments.real("percent", 0);
    set_faults(arguments, [&](DeliveryFaults& faults) { faults.reorder_percent = percent; });
}

void Control::evict(const Arguments& arguments) {
    for (const Feed::ClientPtr& client : targets(arguments)) {
        feed_.evict(*client);
    }
    feed_.on_change();
}

void Control::send(const Arguments& arguments) {
    const std::string text = arguments.text("text", arguments.body());
    for (const Feed::ClientPtr& client : targets(arguments)) {
        client->link->outbox().message(Opcode::text, text);
        client->link->flush();
    }
}

void Control::refuse_auth(const Arguments& arguments) {
    feed_.refuse_auth(arguments.whole("count", 1), arguments.text("message"));
}

void Control::refuse_connections(const Arguments& arguments) {
    const std::string how = arguments.choice("how", {"close", "503", "hang"});
    refusal_.how = how == "close" ? Refusal::How::close
                   : how == "503" ? Refusal::How::unavailable
                                  : Refusal::How::hang;
    refusal_.until = end_of(arguments.real("seconds", 0));
}

void Control::rest_error(const Arguments& arguments) {
    constexpr int internal_error = 500;
    RestFault fault;
    fault.count = arguments.whole("count", 1);
    fault.cut_short = arguments.flag("cut_short");
    fault.delay_ms = arguments.whole("delay_ms", 0);
    // A fault of how the answer comes leaves the answer right.
    const bool keeps_answer = fault.cut_short || fault.delay_ms > 0;
    fault.status = static_cast<int>(arguments.whole("status", keeps_answer ? 0 : internal_error));
    if (const std::string after = arguments.text("retry_after"); !after.empty()) {
        fault.retry_after = arguments.whole("retry_after", 0);
    }
    fault.empty_body = arguments.flag("empty_body");
    rest_.set_fault(fault);
}

void Control::play(const Arguments&) {
    player_.start();
}

void Control::pause(const Arguments&) {
    player_.pause();
}

void Control::resume(const Arguments&) {
    player_.resume();
}

void Control::step(const Arguments& arguments) {
    player_.step(arguments.whole("minutes", 1));
}

void Control::clear(const Arguments&) {
    const auto reset = [](DeliveryFaults& faults) { faults = {}; };
    feed_.change_faults_of_newcomers(reset);
    for (const Feed::ClientPtr& client : feed_.clients()) {
        feed_.change_faults(*client, reset);
        client->link->stall(false);
    }
    feed_.refuse_auth(0, "");
    refusal_ = {};
    rest_.set_fault({});
}

std::string Control::status() {
    const auto text = [](std::string_view value) {
        std::string json;
        append_json_text(json, value);
        return json;
    };
    std::string json =
        R"({"state":)" + text(player_.state()) + R"(,"done":)" +
        (player_.done() ? "true" : "false") + R"(,"now":)" +
        text(format_timestamp(Timestamp{std::chrono::milliseconds{player_.position_ms()}})) +
        R"(,"minutes_played":)" + std::to_string(market_.minutes_played()) + R"(,"symbols":)" +
        std::to_string(market_.symbols().size()) + R"(,"rest_requests":)" +
        std::to_string(rest_.requests()) + R"(,"connections":)" +
        std::to_string(feed_.connections()) + R"(,"clients":[)";
    for (const Feed::ClientPtr& client : feed_.clients()) {
        json += json.back() == '[' ? "" : ",";
        json += R"({"client":)" + std::to_string(client->id) + R"(,"market":)" +
                text(client->path) + R"(,"authenticated":)" +
                (client->authenticated ? "true" : "false") + R"(,"subscriptions":)" +
                std::to_string(client->subscriptions.size()) + R"(,"frames_sent":)" +
                std::to_string(client->link->outbox().frames()) + R"(,"events_sent":)" +
                std::to_string(client->events_sent) + R"(,"events_lost":)" +
                std::to_string(client->events_lost) + R"(,"bytes_waiting":)" +
                std::to_string(client->link->outbox().bytes()) + R"(,"stalled":)" +
                (client->faults.stalled ? "true" : "false") + "}";
    }
    return json + "]}";
}

}  // namespace tsflow::massive_sim
