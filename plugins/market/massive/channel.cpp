#include "massive/channel.hpp"

#include <array>

#include "massive/records.hpp"

namespace tsflow::market::massive {

namespace {

struct Names {
    std::string_view port;
    std::string_view wire;
};
constexpr std::array<Names, channel_count> names{{{"minute", "AM"},
                                                  {"second", "A"},
                                                  {"trades", "T"},
                                                  {"quotes", "Q"},
                                                  {"luld", "LULD"},
                                                  {"imbalance", "NOI"},
                                                  {"fmv", "FMV"}}};

}  // namespace

std::string_view port_name(Channel channel) noexcept {
    return names[static_cast<std::size_t>(channel)].port;
}

std::string_view wire_name(Channel channel) noexcept {
    return names[static_cast<std::size_t>(channel)].wire;
}

std::optional<Channel> channel_of(std::string_view wire_name) noexcept {
    for (std::size_t i = 0; i < channel_count; ++i) {
        if (names[i].wire == wire_name) {
            return static_cast<Channel>(i);
        }
    }
    return std::nullopt;
}

const SchemaPtr& schema_of(Channel channel) {
    static const std::array<SchemaPtr, channel_count> schemas{
        tsflow::schema_of<Aggregate>(), tsflow::schema_of<Aggregate>(),
        tsflow::schema_of<Trade>(),     tsflow::schema_of<Quote>(),
        tsflow::schema_of<Luld>(),      tsflow::schema_of<Imbalance>(),
        tsflow::schema_of<Fmv>()};
    return schemas[static_cast<std::size_t>(channel)];
}

}  // namespace tsflow::market::massive
