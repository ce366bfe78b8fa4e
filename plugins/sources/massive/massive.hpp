#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "massive/channel.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"

namespace tsflow::massive {

/// One connection of `[[sources.X.connections]]`.
struct ConnectionConfig {
    std::string name;
    std::string universe;
    std::vector<std::string> symbols;
    bool enabled = true;
    std::int64_t max_symbols = 0;
};

struct MassiveConfig {
    std::string url = "wss://socket.massive.com/stocks";
    std::string rest_url = "https://api.massive.com";
    Secret api_key;
    std::filesystem::path ca_file;
    std::vector<std::string> channels = {"AM"};
    std::string universe;
    std::vector<std::string> symbols;
    std::string reference;
    std::string environment = "DEFAULT";
    Duration universe_refresh = std::chrono::minutes{5};
    std::vector<ConnectionConfig> connections;
    std::int64_t max_connections = 3;
    std::string routing = "manual";
    Duration failover_after = std::chrono::seconds{10};
    Duration liveness = std::chrono::seconds{30};
    bool backfill = true;
    std::int64_t requests_per_minute = 0;
    Duration lateness = std::chrono::minutes{15};
    ByteSize buffer{std::uint64_t{256} << 20};
};

/// What is subscribed, in the order of the outputs.
std::vector<market::massive::Channel> channels_of(const MassiveConfig& config);

/// Whether a restart loses nothing: what was missed meanwhile can be fetched over REST, which is true of
/// bars only.
bool can_go_on(const MassiveConfig& config) noexcept;

/// The Massive stocks feed over one websocket connection or several, with its holes listed and filled.
/// What runs behind it stands in `live.hpp`.
class Massive final : public Source {
public:
    static constexpr std::string_view name = "massive";
    static constexpr std::string_view doc =
        "Receives the real-time stocks feed of Massive (formerly Polygon.io) over one websocket "
        "connection, or several that share the tickers. Reconnects for as long as the pipeline "
        "runs, "
        "moves the tickers of a connection that stays down to the others, lists every hole in the "
        "data "
        "and fills minute and second bars over REST.";

    using Config = MassiveConfig;
    static void describe(Options<Config>& options);
    explicit Massive(Config config);
    ~Massive() override;

    Ports outputs() const override;
    void open(Context& context) override;
    void close() noexcept override;
    void probe(Context& context) override;
    Poll poll(Emitter& out, Millis max_wait) override;
    bool replayable() const noexcept override { return can_go_on(config_); }
    void position(StateWriter& state) const override;
    void resume(StateReader& state) override;

private:
    class Live;
    Config config_;
    std::unique_ptr<Live> live_;
};

}  // namespace tsflow::massive
