#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tsflow/node.hpp"
#include "tsflow/options.hpp"

namespace tsflow {

namespace http {
class Live;
}

/// Shows what is written to it, over HTTP and websockets. Writing hands a reference to the batch over to
/// the server's thread, which alone touches the tables; so clients cost the pipeline nothing.
class Http final : public Sink {
public:
    static constexpr std::string_view name = "http";
    static constexpr std::string_view doc =
        "Serves the newest rows of each input over REST, a websocket and a dashboard. Each named "
        "input "
        "becomes a table: one row a key, or, when the key holds the event time, a window of rows. "
        "Everything is read-only and kept in memory.";
    struct Config {
        std::string listen = "127.0.0.1:8080";
        Secret token;
        std::string notice;
        std::filesystem::path assets;
        Secret store;
        std::string store_table = "ohlcv_1min";
        std::int64_t window = 500;
        std::int64_t table_rows = 1'000'000;
        ByteSize buffer{std::uint64_t{64} << 20};
        Duration push_interval = std::chrono::milliseconds{100};
        Duration stale_after = std::chrono::seconds{30};
        std::int64_t clients = 2'000;
        double requests_per_second = 500;
        Duration request_timeout = std::chrono::seconds{15};
    };
    static void describe(Options<Config>& options);
    explicit Http(Config config);
    ~Http() override;

    void bind(const Ports& inputs) override;
    void open(Context& context) override;
    void close() noexcept override;
    void write(const Batch& batch) override { write_input(0, batch); }
    void write_input(std::size_t input, const Batch& batch) override;
    void commit(const Checkpoint&, StateWriter&) override {}
    void restore(StateReader&) override {}
    Repeats repeats() const noexcept override { return Repeats::harmless; }

    /// The port that is listened on; from open() to close().
    std::uint16_t port() const noexcept;

private:
    Config config_;
    Ports inputs_;
    std::unique_ptr<http::Live> live_;
};

}  // namespace tsflow
