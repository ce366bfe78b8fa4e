#include "massive.hpp"

#include <algorithm>

#include "live.hpp"
#include "massive/channel.hpp"
#include "rows/side_rows.hpp"
#include "simulated.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::massive {

using market::massive::Channel;

std::vector<Channel> channels_of(const MassiveConfig& config) {
    std::vector<Channel> channels;
    for (const std::string& wire : config.channels) {
        channels.push_back(*market::massive::channel_of(wire));
    }
    return channels;
}

bool can_go_on(const MassiveConfig& config) noexcept {
    return config.backfill &&
           std::all_of(config.channels.begin(), config.channels.end(),
                       [](const std::string& wire) { return wire == "AM" || wire == "A"; });
}

Massive::Massive(Config config) : config_(std::move(config)) {}

Massive::~Massive() = default;

Ports Massive::outputs() const {
    Ports ports;
    for (const Channel channel : channels_of(config_)) {
        ports.push_back({std::string(port_name(channel)), schema_of(channel)});
    }
    ports.push_back({"health", tsflow::schema_of<HealthRow>(), true});
    ports.push_back({"gaps", tsflow::schema_of<GapRow>(), true});
    return ports;
}

void Massive::open(Context& context) {
    live_ = std::make_unique<Live>(config_, context);
}

void Massive::close() noexcept {
    if (live_) {
        live_->stop();
        live_.reset();
    }
}

void Massive::probe(Context& context) {
    for (const std::string& warning : resolve(config_).warnings) {
        context.log(Level::warning, warning);
    }
    if (is_simulated(config_.url) || !config_.backfill) {
        return;
    }
    market::massive::RestClient::Options options;
    options.url = config_.rest_url;
    options.api_key = config_.api_key;
    options.ca_file = config_.ca_file;
    market::massive::RestClient(options).check();
}

Poll Massive::poll(Emitter& out, Millis max_wait) {
    return live_->poll(out, max_wait) ? Poll::more : Poll::idle;
}

void Massive::position(StateWriter& state) const {
    live_->position(state);
}

void Massive::resume(StateReader& state) {
    live_->resume(state);
}

}  // namespace tsflow::massive

TSFLOW_PLUGIN("massive", "0.1.0") {
    plugin.add<tsflow::massive::Massive>();
}
