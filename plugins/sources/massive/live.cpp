#include "live.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>

#include "simulated.hpp"
#include "tsflow/error.hpp"

namespace tsflow::massive {
namespace {

using market::massive::channel_count;
using market::massive::channel_of;
using market::massive::FrameOrigin;

constexpr Duration tick_every = std::chrono::seconds{1};
constexpr std::string_view all_tickers = "*";
constexpr std::int64_t state_version = 1;
constexpr std::string_view delivered_name = "delivered.txt";

std::array<bool, channel_count> wanted_by(const std::vector<Channel>& channels) {
    std::array<bool, channel_count> wanted{};
    for (const Channel channel : channels) {
        wanted[static_cast<std::size_t>(channel)] = true;
    }
    return wanted;
}

std::vector<std::string> names_of(const std::vector<ConnectionConfig>& connections) {
    std::vector<std::string> names;
    names.reserve(connections.size());
    for (const ConnectionConfig& connection : connections) {
        names.push_back(connection.name);
    }
    return names;
}

Routing routing_of(const std::string& name) {
    return name == "balanced"   ? Routing::balanced
           : name == "priority" ? Routing::priority
                                : Routing::manual;
}

std::filesystem::path make_temporary() {
    std::string name = (std::filesystem::temp_directory_path() / "tsflow-massive-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw Error("cannot make a folder in '" + std::filesystem::temp_directory_path().string() +
                    "'");
    }
    return name;
}

}  // namespace

Massive::Live::Live(const MassiveConfig& config, Context& context)
    : config_(config),
      replayable_(can_go_on(config)),
      context_(context),
      channels_(channels_of(config)),
      connections_(connections_of(config)),
      wanted_(massive::resolve(config)),
      url_(config.url),
      rest_url_(config.rest_url),
      key_(config.api_key),
      coverage_(channels_, connections_.size()),
      intake_(std::make_unique<Intake>(config.buffer.count)),
      health_(names_of(connections_), context),
      parser_(wanted_by(channels_)),
      delivering_(connections_.size()) {
    for (const std::string& warning : wanted_.warnings) {
        context.log(Level::warning, warning);
    }
    all_tickers_ = wanted_.all() == Tickers{std::string(all_tickers)};
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        names_.push_back(Symbol::intern(connections_[i].name));
        coverage_.name_connection(i, names_.back());
    }
    if (is_simulated(url_)) {
        massive_sim::SimulatorOptions options = simulator_options(url_);
        if (options.data.empty() && options.symbols.empty() && !all_tickers_) {
            options.synthetic = true;
            options.symbols = wanted_.all();
        }
        if (key_.empty()) {
            key_ = Secret("simulated");  // any but an empty one will do
        }
        simulator_ = std::make_unique<massive_sim::Simulator>(options);
        url_ = simulator_->websocket_url();
        rest_url_ = simulator_->rest_url();
        context.log(Level::warning,
                    "the data are SIMULATED, from a simulator within, listening at " + url_);
    }
    folder_ = context.state_dir();
    if (folder_.empty()) {
        temporary_ = folder_ = make_temporary();
        context.log(
            Level::warning,
            "the pipeline has no state_dir, so its holes are not remembered over a restart");
    }
    if (config.backfill) {
        backfiller_ = std::make_unique<Backfiller>(
            rest_options(), config.requests_per_minute, context.clock(),
            [&context](Level level, std::string_view text) { context.log(level, text); },
            [this] { intake_->wake(); });
    }
    holes_ =
        std::make_unique<Holes>(folder_ / "gaps.sqlite", coverage_, backfiller_.get(), context);
}

Massive::Live::~Live() {
    stop();
}

market::massive::RestClient::Options Massive::Live::rest_options() const {
    market::massive::RestClient::Options options;
    options.url = rest_url_;
    options.api_key = key_;
    options.ca_file = config_.ca_file;
    return options;
}

void Massive::Live::start() {
    const Tickers tickers = wanted_.all();
    holes_->begin(all_tickers_ ? nullptr : &tickers);
    if (!replayable_) {
        holes_->restore(holes_->version(), tickers, read_delivered(folder_ / delivered_name));
    }
    FeedOptions options;
    options.session.endpoint = Endpoint::parse(url_);
    options.session.endpoint.ca_file = config_.ca_file;
    options.session.endpoint.liveness = config_.liveness;
    options.session.api_key = key_.reveal();
    options.session.channels = config_.channels;
    for (const ConnectionConfig& connection : connections_) {
        options.connections.push_back(
            {connection.name, static_cast<std::size_t>(connection.max_symbols)});
    }
    options.routing = routing_of(config_.routing);
    options.failover_after = config_.failover_after;
    options.seed = std::random_device{}();
    loop_ = make_thread_loop();
    feed_ = std::make_unique<Feed>(
        *loop_, std::move(options), *intake_, context_.clock(),
        [this](Level level, std::string_view text) { context_.log(level, text); });
    feed_->want(wanted_.by_connection);
    watch_ = std::make_unique<UniverseWatch>(config_, context_, wanted_,
                                             [this](const Wanted& wanted, bool asked) {
                                                 feed_->want(wanted.by_connection);
                                                 if (asked) {
                                                     feed_->retry();
                                                 }
                                             });
    next_tick_ = context_.clock().now() + tick_every;
}

void Massive::Live::stop() noexcept {
    watch_.reset();
    if (feed_) {
        feed_->stop();
        feed_.reset();
    }
    if (loop_) {
        loop_->stop();
        loop_.reset();
    }
    if (backfiller_) {
        backfiller_->stop();
    }
    simulator_.reset();
    holes_.reset();
    if (!temporary_.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(temporary_, ignored);
    }
}

BatchBuilder* Massive::Live::rows_of(Channel channel) {
    const bool wanted = std::find(channels_.begin(), channels_.end(), channel) != channels_.end();
    return wanted ? &parser_.rows(channel) : nullptr;
}

Tickers Massive::Live::expanded(const Tickers& tickers) const {
    return all_tickers_ ? coverage_.seen() : tickers;
}

void Massive::Live::on_status(std::string_view status, std::string_view message) {
    if (!statuses_told_) {
        feed_->late_status(reading_, std::string(status), std::string(message));
    }
}

bool Massive::Live::contested(Symbol symbol, std::string_view event) {
    return ownership_.first_of(symbol, event);
}

void Massive::Live::rejected(std::string_view raw, std::string_view reason) {
    context_.reject(raw, reason);
}

void Massive::Live::heed(const FeedItem& item, const FeedNote& note, Emitter& out) {
    flush(out);
    Tickers& delivering = delivering_[item.connection];
    switch (item.kind) {
        case FeedItem::Kind::frame:
        case FeedItem::Kind::up:
            break;
        case FeedItem::Kind::covered:
            ownership_.covered(item.connection, note.tickers);
            delivering.insert(delivering.end(), note.tickers.begin(), note.tickers.end());
            holes_->covered(item.connection, expanded(note.tickers));
            break;
        case FeedItem::Kind::released:
            ownership_.released(item.connection, note.tickers, item.at);
            std::erase_if(delivering, [&](const std::string& ticker) {
                return std::find(note.tickers.begin(), note.tickers.end(), ticker) !=
                       note.tickers.end();
            });
            break;
        case FeedItem::Kind::down:
            delivering.clear();
            holes_->dark(item.connection, expanded(ownership_.down(item.connection)), note.why,
                         note.overflow);
            break;
        case FeedItem::Kind::unwanted:
            holes_->unwanted(note.tickers);
            break;
        case FeedItem::Kind::wanted:
            holes_->wanted(note.tickers);
            break;
        case FeedItem::Kind::failed:
            throw Error("the feed refuses the key: " + note.why +
                        "; check api_key and whether the plan has websockets");
    }
}

void Massive::Live::read(const FeedBlock& block, Emitter& out) {
    static_assert(FeedBlock::padding >= 64);
    // What has been parsed goes on while it is in the cache of this core.
    constexpr std::size_t at_once = 512 * 1024;
    std::size_t parsed = 0;
    for (const FeedItem& item : block.items()) {
        if (item.kind != FeedItem::Kind::frame) {
            heed(item, block.note(item), out);
            continue;
        }
        reading_ = item.connection;
        statuses_told_ = item.statuses_told;
        const std::uint64_t before = parser_.counts().events;
        parser_.parse(block.frame(item),
                      FrameOrigin{item.at, names_[item.connection], item.connection},
                      all_tickers_ ? std::span<const std::uint8_t>{} : ownership_.owners(), *this);
        health_.events(item.connection, parser_.counts().events - before);
        parsed += item.size;
        if (parsed >= at_once) {
            flush(out);
            parsed = 0;
        }
    }
}

void Massive::Live::flush(Emitter& out) {
    for (std::size_t port = 0; port < channels_.size(); ++port) {
        BatchBuilder& rows = parser_.rows(channels_[port]);
        if (rows.empty()) {
            continue;
        }
        Batch batch = rows.finish();
        holes_->received(channels_[port], batch);
        health_.received(batch, window_of(channels_[port]));
        health_.handed_on(batch, context_.clock().now());
        out.emit(std::move(batch), port);
        emitted_ = true;
    }
}

void Massive::Live::emit_fills(Emitter& out) {
    holes_->take_fills(rows_of(Channel::minute), rows_of(Channel::second));
    for (std::size_t port = 0; port < channels_.size(); ++port) {
        BatchBuilder& rows = parser_.rows(channels_[port]);
        if (!rows.empty()) {
            out.emit(rows.finish(), port);
            emitted_ = true;
        }
    }
    holes_->settle();
}

void Massive::Live::emit_side_rows(Emitter& out) {
    if (!health_.rows().empty()) {
        out.emit(health_.rows().finish(), channels_.size());
    }
    if (!holes_->changed().empty()) {
        out.emit(holes_->changed().finish(), channels_.size() + 1);
    }
}

void Massive::Live::tick(Timestamp now) {
    next_tick_ = now + tick_every;
    if (ownership_.moving()) {
        ownership_.settle(now);
    }
    holes_->tick();
    if (const Delivered reached = delivered(); !replayable_ && !reached.empty()) {
        write_delivered(folder_ / delivered_name, reached);
    }
    health_.report(feed_->status(), delivering_, now);
    context_.gauge("open_gaps").set(static_cast<std::int64_t>(holes_->open()));
    context_.gauge("buffered_bytes").set(static_cast<std::int64_t>(intake_->waiting_bytes()));
}

void Massive::Live::advance(Emitter& out) {
    Timestamp reached = Timestamp::max();
    for (const Channel channel : channels_) {
        reached = std::min(reached, coverage_.delivered(channel).value_or(Timestamp::min()));
    }
    if (reached == Timestamp::max() || reached == Timestamp::min()) {
        return;
    }
    const Timestamp promise = std::min(reached - config_.lateness, holes_->oldest_awaited());
    if (promise > promised_) {
        promised_ = promise;
        out.watermark(promise);
    }
}

bool Massive::Live::poll(Emitter& out, Millis max_wait) {
    if (!feed_) {
        start();
    }
    emitted_ = false;
    if (std::unique_ptr<FeedBlock> block = intake_->take(max_wait)) {
        read(*block, out);
        flush(out);
        intake_->recycle(std::move(block));
    }
    emit_fills(out);
    if (const Timestamp now = context_.clock().now(); now >= next_tick_) {
        tick(now);
    }
    emit_side_rows(out);
    advance(out);
    return emitted_;
}

Delivered Massive::Live::delivered() const {
    Delivered delivered;
    for (const Channel channel : channels_) {
        if (const auto time = coverage_.delivered(channel)) {
            delivered.emplace_back(channel, *time);
        }
    }
    return delivered;
}

void Massive::Live::position(StateWriter& state) const {
    state.integer(state_version);
    state.integer(static_cast<std::int64_t>(holes_->version()));
    const Delivered reached = delivered();
    state.integer(static_cast<std::int64_t>(reached.size()));
    for (const auto& [channel, time] : reached) {
        state.text(wire_name(channel));
        state.time(time);
    }
    // Without a list of tickers, those that were seen are what a restart misses.
    const Tickers seen = all_tickers_ ? coverage_.seen() : Tickers{};
    state.integer(static_cast<std::int64_t>(seen.size()));
    for (const std::string& ticker : seen) {
        state.text(ticker);
    }
}

void Massive::Live::resume(StateReader& state) {
    if (const std::int64_t version = state.integer(); version != state_version) {
        throw Error("the checkpoint holds the state of another version of this source (" +
                    std::to_string(version) + ")");
    }
    const auto version = static_cast<std::uint64_t>(state.integer());
    Delivered delivered;
    for (std::int64_t left = state.integer(); left > 0; --left) {
        const auto channel = channel_of(state.text());
        const Timestamp time = state.time();
        const bool subscribed =
            channel && std::find(channels_.begin(), channels_.end(), *channel) != channels_.end();
        if (subscribed) {
            delivered.emplace_back(*channel, time);
        }
    }
    Tickers tickers = wanted_.all();
    if (all_tickers_) {
        tickers.clear();
        for (std::int64_t left = state.integer(); left > 0; --left) {
            tickers.emplace_back(state.text());
        }
    }
    holes_->restore(version, tickers, delivered);
}

}  // namespace tsflow::massive
