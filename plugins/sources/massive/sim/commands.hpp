#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "arguments.hpp"
#include "feed.hpp"
#include "market.hpp"
#include "player.hpp"
#include "rest.hpp"

namespace tsflow::massive_sim {

/// How new websockets are refused for a while.
struct Refusal {
    enum class How { none, close, unavailable, hang };
    How how = How::none;
    Steady until;
};

/// Faults and play by name: what the control endpoint and the option `faults` can do.
class Commands {
public:
    using Action = std::function<void()>;

    Commands(Market& market, Feed& feed, Player& player, Rest& rest)
        : market_(market), feed_(feed), player_(player), rest_(rest) {}

    /// Reads a command's parameters; what it returns does it. Throws Error.
    Action prepare(std::string_view name, const Parameters& parameters, std::string_view body = {});

    Refusal::How refusal(Steady now) const {
        return now < refusal_.until ? refusal_.how : Refusal::How::none;
    }

private:
    struct Command;
    static const std::vector<Command>& all();

    std::vector<Feed::ClientPtr> targets(const std::string& wanted);
    Action for_each_target(const Arguments& arguments, std::function<void(Client&)> act);
    Action set_faults(const Arguments& arguments, Feed::Change change);

    Action drop(const Arguments& arguments);
    Action stall(const Arguments& arguments);
    Action unstall(const Arguments& arguments);
    Action slow(const Arguments& arguments);
    Action garbage(const Arguments& arguments);
    Action fragment(const Arguments& arguments);
    Action duplicate(const Arguments& arguments);
    Action reorder(const Arguments& arguments);
    Action evict(const Arguments& arguments);
    Action send(const Arguments& arguments);
    Action refuse_auth(const Arguments& arguments);
    Action refuse_connections(const Arguments& arguments);
    Action rest_error(const Arguments& arguments);
    Action start(const Arguments& arguments);
    Action pause(const Arguments& arguments);
    Action resume(const Arguments& arguments);
    Action step(const Arguments& arguments);
    Action clear(const Arguments& arguments);

    Market& market_;
    Feed& feed_;
    Player& player_;
    Rest& rest_;
    Refusal refusal_;
};

}  // namespace tsflow::massive_sim
