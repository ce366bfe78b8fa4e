#include "sim/simulator.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <future>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "bench.hpp"
#include "connection.hpp"
#include "control.hpp"
#include "feed.hpp"
#include "market.hpp"
#include "player.hpp"
#include "rest.hpp"
#include "tsflow/error.hpp"

namespace tsflow::massive_sim {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::milliseconds tick_interval{20};
constexpr std::chrono::milliseconds stop_grace{500};
constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

}  // namespace

/// All parts of a simulator, which belong to one thread.
class Simulator::Running {
public:
    explicit Running(const SimulatorOptions& options)
        : options_(checked(options)),
          market_(options_),
          feed_(options_, market_),
          player_(io_, options_, market_, feed_),
          rest_(options_, market_, [this] { return player_.position_ms(); }),
          control_(options_, market_, feed_, player_, rest_),
          acceptor_(io_),
          ticker_(io_) {
        if (!options_.cert.empty()) {
            load_certificate();
        }
        connect_parts();
        listen();
        accept();
        tick();
        thread_ = std::thread([this] { io_.run(); });
    }

    ~Running() { stop(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    std::string origin(std::string_view plain, std::string_view secure) const {
        return std::string{tls_ ? secure : plain} + "://" + options_.host + ":" +
               std::to_string(port_);
    }

    std::string control(std::string_view request) {
        const std::size_t question = request.find('?');
        const std::string name{request.substr(0, question)};
        const Parameters parameters = parse_parameters(
            question == std::string_view::npos ? std::string_view{} : request.substr(question + 1));
        // What goes wrong comes back as its words: an exception that two threads hold is freed by either.
        struct Answer {
            bool done;
            std::string text;
        };
        std::promise<Answer> answer;
        {
            const std::lock_guard lock(stopping_);
            if (stopped_) {
                throw Error("The simulator is stopped; it takes no requests any more.");
            }
            asio::post(io_, [&] {
                try {
                    answer.set_value({true, control_.run(name, parameters)});
                } catch (const std::exception& error) {
                    answer.set_value({false, error.what()});
                }
            });
        }
        Answer got = answer.get_future().get();
        if (!got.done) {
            throw Error(got.text);
        }
        return std::move(got.text);
    }

    void stop() {
        {
            const std::lock_guard lock(stopping_);
            if (std::exchange(stopped_, true)) {
                return;
            }
        }
        asio::post(io_, [this] {
            acceptor_.close();
            end_connections([](Connection& connection) { connection.go_away(); });
            stop_at_ = std::chrono::steady_clock::now() + stop_grace;
        });
        thread_.join();
    }

private:
    static const SimulatorOptions& checked(const SimulatorOptions& options) {
        options.check();
        return options;
    }

    void load_certificate() {
        boost::system::error_code error;
        tls_.emplace(asio::ssl::context::tls_server);
        tls_->use_certificate_chain_file(options_.cert, error);
        if (error) {
            throw ConfigError("cert", "The certificate '" + options_.cert +
                                          "' cannot be used: " + error.message() + ".");
        }
        tls_->use_private_key_file(options_.key, asio::ssl::context::pem, error);
        if (error) {
            throw ConfigError("key", "The key '" + options_.key + "' cannot be used with '" +
                                         options_.cert + "': " + error.message() + ".");
        }
    }

    void connect_parts() {
        services_.respond = [this](const HttpRequest& request) {
            return request.path.starts_with("/control") ? control_.respond(request)
                                                        : rest_.respond(request);
        };
        services_.refusal = [this] { return control_.refusal(); };
        services_.drained = [this] { player_.client_drained(); };
        if (options_.bench_frames > 0) {
            services_.drained = [this] { end_benchmarks(); };
            feed_.on_subscribed = [this](Client& client) { begin_benchmark(client); };
        } else {
            feed_.on_change = [this] { player_.clients_changed(); };
        }
        services_.feed = &feed_;
        services_.scheme = tls_ ? "https" : "http";
        player_.on_minute = [this](std::int64_t minutes) { control_.minute_played(minutes); };
        control_.minute_played(0);
    }

    void begin_benchmark(Client& client) {
        const auto frames = options_.bench_frames * options_.events_per_frame;
        const std::int64_t times = (options_.bench_events + frames - 1) / frames;
        try {
            client.link->outbox().repeat(
                bench_block(options_, client, feed_, market_),
                options_.bench_events > 0 ? static_cast<std::uint64_t>(times) : endless);
            client.link->flush();
        } catch (const Error& error) {
            Feed::status(client, "error", error.what());
            client.ended = true;
            client.link->close(close_code::policy, "no benchmark");
        }
    }

    void end_benchmarks() {
        for (const Feed::ClientPtr& client : feed_.clients()) {
            if (client->subscribed() && client->link->outbox().empty()) {
                client->ended = true;
                client->link->close(close_code::normal, "the benchmark is over");
            }
        }
    }

    void listen() {
        try {
            const tcp::endpoint endpoint(asio::ip::make_address(options_.host),
                                         static_cast<std::uint16_t>(options_.port));
            acceptor_.open(endpoint.protocol());
            acceptor_.set_option(asio::socket_base::reuse_address(true));
            acceptor_.bind(endpoint);
            acceptor_.listen();
            port_ = acceptor_.local_endpoint().port();
        } catch (const boost::system::system_error& error) {
            throw Error("The simulator cannot listen at " + options_.host + ":" +
                        std::to_string(options_.port) + ": " + error.code().message() + ".");
        }
    }

    void accept() {
        acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
            if (!acceptor_.is_open()) {
                return;
            }
            if (!error) {
                boost::system::error_code ignored;
                socket.set_option(tcp::no_delay(true), ignored);
                if (options_.socket_bytes > 0) {
                    socket.set_option(asio::socket_base::send_buffer_size(
                                          static_cast<int>(options_.socket_bytes)),
                                      ignored);
                }
                auto transport =
                    tls_ ? make_tls(std::move(socket), *tls_) : make_plain(std::move(socket));
                const auto connection =
                    std::make_shared<Connection>(io_, std::move(transport), services_);
                std::erase_if(connections_, [](const auto& each) { return each.expired(); });
                connections_.push_back(connection);
                connection->begin();
            }
            accept();
        });
    }

    void tick() {
        ticker_.expires_after(tick_interval);
        ticker_.async_wait([this](boost::system::error_code) {
            const auto now = std::chrono::steady_clock::now();
            feed_.tick(now);
            if (stop_at_ && (now >= *stop_at_ || std::ranges::all_of(connections_, is_over))) {
                end_connections([](Connection& connection) { connection.abort(false); });
                io_.stop();
                return;
            }
            tick();
        });
    }

    void end_connections(const std::function<void(Connection&)>& end) {
        for (const auto& each : connections_) {
            if (const auto connection = each.lock()) {
                end(*connection);
            }
        }
    }

    static bool is_over(const std::weak_ptr<Connection>& connection) {
        const auto alive = connection.lock();
        return !alive || alive->is_over();
    }

    const SimulatorOptions options_;
    asio::io_context io_{1};
    std::optional<asio::ssl::context> tls_;
    Market market_;
    Feed feed_;
    Player player_;
    Rest rest_;
    Control control_;
    Services services_;
    tcp::acceptor acceptor_;
    asio::steady_timer ticker_;
    std::vector<std::weak_ptr<Connection>> connections_;
    std::optional<Steady> stop_at_;
    int port_ = 0;
    std::mutex stopping_;
    bool stopped_ = false;
    std::thread thread_;
};

Simulator::Simulator(const SimulatorOptions& options)
    : running_(std::make_unique<Running>(options)) {}

Simulator::~Simulator() = default;

std::string Simulator::websocket_url() const {
    return running_->origin("ws", "wss") + "/stocks";
}

std::string Simulator::rest_url() const {
    return running_->origin("http", "https");
}

std::string Simulator::control_url() const {
    return rest_url() + "/control";
}

std::string Simulator::control(std::string_view request) {
    return running_->control(request);
}

void Simulator::stop() {
    running_->stop();
}

}  // namespace tsflow::massive_sim
