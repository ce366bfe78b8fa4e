#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "http.hpp"
#include "sim/options.hpp"

namespace tsflow::massive_sim {

/// The control endpoint: commands by request, or at their minutes by option; and the state of things.
class Control {
public:
    /// Throws ConfigError when the option `faults` cannot be read.
    Control(const SimulatorOptions& options, Market& market, Feed& feed, Player& player,
            Rest& rest);

    HttpResponse respond(const HttpRequest& request);
    /// Does what is asked and returns the JSON of the answer. Throws Error.
    std::string run(std::string_view name, const Parameters& parameters,
                    std::string_view body = {});
    /// So many minutes were played: what is planned for then.
    void minute_played(std::int64_t minutes);
    /// Whether new websockets are refused now.
    Refusal::How refusal() const;

private:
    struct Planned {
        std::int64_t minute;
        Commands::Action action;
    };

    void plan(const std::string& text);
    std::string status() const;

    Market& market_;
    Feed& feed_;
    Player& player_;
    Rest& rest_;
    Commands commands_;
    std::vector<Planned> planned_;
};

}  // namespace tsflow::massive_sim
