#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "feed.hpp"
#include "http.hpp"
#include "player.hpp"
#include "rest.hpp"
#include "sim/options.hpp"

namespace tsflow::massive_sim {

/// How new websockets are refused for a while.
struct Refusal {
    enum class How { none, close, unavailable, hang };
    How how = How::none;
    Steady until;
};

/// The control endpoint: faults and play by request, or at their minutes by option.
class Control {
public:
    /// Throws ConfigError when the option `faults` cannot be read.
    Control(const SimulatorOptions& options, Market& market, Feed& feed, Player& player,
            Rest& rest);

    HttpResponse respond(const HttpRequest& request);
    /// Does what is asked and returns the JSON of the answer. Throws Error.
    std::string run(std::string_view name, const Parameters& parameters,
                    std::string_view body = {});
    /// A minute was played: faults that are planned for then.
    void minute_played(std::int64_t minutes);

    Refusal::How refusal(Steady now) const {
        return now < refusal_.until ? refusal_.how : Refusal::How::none;
    }

private:
    struct Planned {
        std::int64_t minute;
        std::string name;
        Parameters parameters;
    };
    class Arguments;
    struct Command;

    static const std::vector<Command>& commands();
    std::vector<Feed::ClientPtr> targets(const Arguments& arguments);

    void set_faults(const Arguments& arguments, const std::function<void(DeliveryFaults&)>& change);

    void drop(const Arguments& arguments);
    void stall(const Arguments& arguments);
    void unstall(const Arguments& arguments);
    void slow(const Arguments& arguments);
    void garbage(const Arguments& arguments);
    void fragment(const Arguments& arguments);
    void duplicate(const Arguments& arguments);
    void reorder(const Arguments& arguments);
    void evict(const Arguments& arguments);
    void send(const Arguments& arguments);
    void refuse_auth(const Arguments& arguments);
    void refuse_connections(const Arguments& arguments);
    void rest_error(const Arguments& arguments);
    void play(const Arguments& arguments);
    void pause(const Arguments& arguments);
    void resume(const Arguments& arguments);
    void step(const Arguments& arguments);
    void clear(const Arguments& arguments);

    std::string status();

    const SimulatorOptions& options_;
    Market& market_;
    Feed& feed_;
    Player& player_;
    Rest& rest_;
    Refusal refusal_;
    std::vector<Planned> planned_;
};

}  // namespace tsflow::massive_sim
