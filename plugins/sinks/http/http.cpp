#include "http.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "api/api.hpp"
#include "api/assets.hpp"
#include "api/push.hpp"
#include "net/listen.hpp"
#include "net/push_delays.hpp"
#include "net/server.hpp"
#include "store/store_history.hpp"
#include "tables/tables.hpp"
#include "tsflow/error.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow {

namespace http {

namespace {

/// Another one for each start, so that no client takes numbers of an earlier run for ours.
std::string new_epoch() {
    std::random_device random;
    constexpr int digits = 16;
    std::string epoch;
    for (int i = 0; i < digits; ++i) {
        epoch += "0123456789abcdef"[random() % 16];
    }
    return epoch;
}

TableLimits table_limits(const Http::Config& config) {
    return {static_cast<std::size_t>(config.window), static_cast<std::size_t>(config.table_rows)};
}

ServerLimits server_limits(const Http::Config& config, const Listen& listen) {
    using std::chrono::duration_cast;
    using std::chrono::milliseconds;
    ServerLimits limits;
    limits.address = listen.address;
    limits.port = listen.port;
    limits.most_clients = static_cast<std::size_t>(config.clients);
    limits.requests_per_second = config.requests_per_second;
    limits.push_interval = duration_cast<milliseconds>(config.push_interval);
    limits.request_timeout = duration_cast<milliseconds>(config.request_timeout);
    return limits;
}

ApiFacts facts_of(const Http::Config& config, const Listen& listen, const Context& context,
                  const std::string& epoch) {
    ApiFacts facts;
    facts.pipeline = context.pipeline();
    facts.epoch = epoch;
    facts.notice = config.notice;
    facts.token = config.token.reveal();
    facts.loopback_only = listen.loopback;
    facts.stale_after = config.stale_after;
    facts.run_status = [&context] { return context.status(); };
    return facts;
}

}  // namespace

/// All that lives from open() to close(). The mailbox is the only thing that both threads touch.
class Live final : public Service {
public:
    Live(const Http::Config& config, const Ports& inputs, const Listen& listen, Context& context)
        : mailbox_(config.buffer.count),
          tables_(inputs, table_limits(config)),
          assets_(config.assets.empty() ? installed_assets() : config.assets),
          epoch_(new_epoch()),
          history_(make_history(config, context)),
          api_(tables_, assets_, history_.get(), context.clock(),
               facts_of(config, listen, context, epoch_)),
          push_(tables_, epoch_),
          delays_(context),
          server_(server_limits(config, listen), *this, context) {}
    ~Live() override {
        mailbox_.shut();
        server_.stop();  // it asks the history, whose thread posts to it
        history_.reset();
    }

    void start() { server_.start(); }
    std::uint16_t port() const noexcept { return server_.port(); }

    void write(std::size_t input, const Batch& batch) {
        delays_.written();
        if (mailbox_.put(input, batch)) {
            server_.post([this] { catch_up(); });
        }
    }

    void catch_up() override {
        for (const auto& [input, batch] : mailbox_.take()) {
            tables_.apply(input, batch);
        }
    }
    void respond(const Request& request, std::function<void(Response)> done) override {
        api_.respond(request, std::move(done));
    }
    std::optional<Response> refuse_socket(const Request& request) override {
        return api_.refuse_socket(request);
    }
    std::unique_ptr<Subscriber> connect() override { return std::make_unique<Subscriber>(push_); }
    void pushed() override { delays_.pushed(); }
    Message heartbeat() override { return std::make_shared<const std::string>(api_.status(true)); }

private:
    std::unique_ptr<History> make_history(const Http::Config& config, const Context& context) {
        if (config.store.empty()) {
            return nullptr;
        }
        return std::make_unique<StoreHistory>(
            config.store, config.store_table, "tsflow " + std::string{context.pipeline()},
            [this](std::function<void()> work) { server_.post(std::move(work)); });
    }

    Mailbox mailbox_;
    Tables tables_;
    Assets assets_;
    std::string epoch_;
    std::unique_ptr<History> history_;
    Api api_;
    Push push_;
    PushDelays delays_;
    Server server_;  // last: its thread uses all of the above
};

}  // namespace http

Http::Http(Config config) : config_(std::move(config)) {}

Http::~Http() = default;

void Http::bind(const Ports& inputs) {
    inputs_ = inputs;
    for (Port& input : inputs_) {
        // The host's name for an input that the file gives none.
        if (input.name == "in") {
            input.name = input.schema->find("close") ? "bars" : "rows";
        }
    }
}

void Http::open(Context& context) {
    const auto listen = http::parse_listen(config_.listen);
    if (!listen) {
        throw Error("'" + config_.listen + "' is no address to listen on");
    }
    live_ = std::make_unique<http::Live>(config_, inputs_, *listen, context);
    const std::string url = http::url_of(*listen, live_->port());
    if (const std::filesystem::path folder = context.state_dir(); !folder.empty()) {
        std::ofstream(folder / "address") << url << '\n';
    }
    live_->start();
    context.log(Level::info, "serving on " + url);
}

void Http::close() noexcept {
    live_.reset();
}

void Http::write_input(std::size_t input, const Batch& batch) {
    live_->write(input, batch);
}

std::uint16_t Http::port() const noexcept {
    return live_->port();
}

}  // namespace tsflow

TSFLOW_PLUGIN("http", "0.1.0") {
    plugin.add<tsflow::Http>();
}
