#include "control.hpp"

#include <algorithm>
#include <chrono>

#include "tsflow/error.hpp"
#include "tsflow/text.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive_sim {

Control::Control(const SimulatorOptions& options, Market& market, Feed& feed, Player& player,
                 Rest& rest)
    : market_(market),
      feed_(feed),
      player_(player),
      rest_(rest),
      commands_(market, feed, player, rest) {
    for (const std::string& text : options.faults) {
        plan(text);
    }
}

/// Reads such as `drop@30;client=1`.
void Control::plan(const std::string& text) {
    const auto refuse = [&](const std::string& why) {
        throw ConfigError("faults", "The simulator's option 'faults' holds '" + text + "': " + why);
    };
    const std::string_view head = std::string_view{text}.substr(0, text.find(';'));
    const std::size_t at = head.find('@');
    const auto minute =
        at == std::string_view::npos ? std::nullopt : number<std::int64_t>(head.substr(at + 1));
    if (!minute || *minute < 0) {
        refuse("it lacks the minute; expected such as 'drop@30;client=1'.");
    }
    try {
        planned_.push_back(
            {*minute, commands_.prepare(head.substr(0, at),
                                        parse_parameters(text.substr(head.size()), ';'))});
    } catch (const Error& error) {
        refuse(error.what());
    }
}

void Control::minute_played(std::int64_t minutes) {
    // Out of the list first: what is planned may play minutes itself.
    std::vector<Commands::Action> due;
    std::erase_if(planned_, [&](Planned& planned) {
        if (planned.minute > minutes) {
            return false;
        }
        due.push_back(std::move(planned.action));
        return true;
    });
    for (const Commands::Action& action : due) {
        action();
    }
}

Refusal::How Control::refusal() const {
    return commands_.refusal(std::chrono::steady_clock::now());
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
    commands_.prepare(name, parameters, body)();
    return R"({"ok":true})";
}

std::string Control::status() const {
    const auto text = [](std::string_view value) {
        std::string json;
        append_json_text(json, value);
        return json;
    };
    const auto flag = [](bool value) { return value ? "true" : "false"; };
    const Timestamp now{std::chrono::milliseconds{player_.position_ms()}};
    std::string json = R"({"state":)" + text(player_.state()) + R"(,"done":)" +
                       flag(player_.done()) + R"(,"now":)" + text(format_timestamp(now)) +
                       R"(,"minutes_played":)" + std::to_string(market_.minutes_played()) +
                       R"(,"symbols":)" + std::to_string(market_.symbols().size()) +
                       R"(,"rest_requests":)" + std::to_string(rest_.requests()) +
                       R"(,"connections":)" + std::to_string(feed_.connections()) +
                       R"(,"clients":[)";
    for (const Feed::ClientPtr& client : feed_.clients()) {
        const Outbox& outbox = client->link->outbox();
        json += json.back() == '[' ? "" : ",";
        json += R"({"client":)" + std::to_string(client->id) + R"(,"market":)" +
                text(client->path) + R"(,"authenticated":)" + flag(client->authenticated) +
                R"(,"subscriptions":)" + std::to_string(client->subscriptions.size()) +
                R"(,"frames_sent":)" + std::to_string(outbox.frames()) + R"(,"events_sent":)" +
                std::to_string(client->events_sent) + R"(,"events_lost":)" +
                std::to_string(client->events_lost) + R"(,"bytes_waiting":)" +
                std::to_string(outbox.bytes()) + R"(,"stalled":)" + flag(client->faults.stalled) +
                "}";
    }
    return json + "]}";
}

}  // namespace tsflow::massive_sim
