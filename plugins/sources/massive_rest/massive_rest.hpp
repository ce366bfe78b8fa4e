#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "massive/rest_client.hpp"
#include "schedule.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"

namespace tsflow::massive_rest {

/// Loads bars of the past from the REST service of Massive (formerly Polygon.io).
class MassiveRest final : public Source {
public:
    static constexpr std::string_view name = "massive_rest";
    static constexpr std::string_view doc =
        "Loads minute, second or day bars of the past from the REST service of Massive (formerly "
        "Polygon.io), not adjusted for splits: month by month, and in each month ticker by ticker.";

    struct Config {
        std::string url = "https://api.massive.com";
        Secret api_key;
        std::filesystem::path ca_file;
        std::string universe;
        std::vector<std::string> symbols;
        std::string reference;
        std::string environment = "DEFAULT";
        Date from;
        Date to;
        std::string span = "minute";
        std::int64_t requests_per_minute = 0;
    };
    static void describe(Options<Config>& options);
    explicit MassiveRest(Config config);

    Ports outputs() const override;
    void open(Context& context) override;
    void close() noexcept override;
    void probe(Context& context) override;
    Poll poll(Emitter& out, Millis max_wait) override;
    bool replayable() const noexcept override { return true; }
    void position(StateWriter& state) const override;
    void resume(StateReader& state) override;
    std::optional<Progress> progress() const override;

private:
    std::vector<std::string> tickers(Context& context) const;
    market::massive::RestClient::Options client_options() const;
    std::optional<market::massive::BarsPage> ask(Millis max_wait);
    void emit(const market::massive::BarsPage& page, const Request& request, Emitter& out);

    Config config_;
    market::massive::Span span_;
    BatchBuilder rows_;
    Context* context_ = nullptr;
    std::optional<Schedule> schedule_;
    std::unique_ptr<market::massive::RestClient> client_;
    std::string next_page_;  // of the current request
    Timestamp not_before_;   // of the next request
};

}  // namespace tsflow::massive_rest
