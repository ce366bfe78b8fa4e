#include "clients.hpp"

#include <algorithm>
#include <memory>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <fmt/format.h>

namespace tsflow::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t connections = 50;  // of REST

struct Shared {
    asio::io_context io{1};
    Load load;
    LoadResult result;
    bool ending = false;

    asio::ip::tcp::endpoint server() const {
        return {asio::ip::make_address("127.0.0.1"), load.port};
    }
    void failed(const std::string& what) {
        if (!ending && result.errors++ == 0) {
            result.first_error = what;
        }
    }
    std::string symbol(std::size_t number) const {
        return fmt::format("SYN{:04}", 1 + number % load.symbols);
    }
};

/// Subscribes to one symbol and counts what comes.
class Follower : public std::enable_shared_from_this<Follower> {
public:
    Follower(Shared& shared, std::size_t number)
        : shared_(shared),
          stream_(shared.io),
          subscription_("subscribe?table=bars&symbols=" + shared.symbol(number) + "&per_key=1") {}

    void start() {
        beast::get_lowest_layer(stream_).async_connect(
            shared_.server(), [self = shared_from_this()](error_code error) {
                if (self->good(error, "connect")) {
                    self->stream_.async_handshake(
                        fmt::format("127.0.0.1:{}", self->shared_.load.port), "/ws",
                        [self](error_code failure) {
                            if (self->good(failure, "handshake")) {
                                self->subscribe();
                            }
                        });
                }
            });
    }
    void stop() { beast::get_lowest_layer(stream_).close(); }

private:
    bool good(error_code error, const char* what) {
        if (error) {
            shared_.failed(fmt::format("websocket {}: {}", what, error.message()));
        }
        return !error;
    }
    void subscribe() {
        stream_.text(true);
        stream_.async_write(asio::buffer(subscription_),
                            [self = shared_from_this()](error_code error, std::size_t) {
                                if (self->good(error, "write")) {
                                    self->read();
                                }
                            });
    }
    void read() {
        stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
            if (!self->good(error, "read")) {
                return;
            }
            const auto data = self->buffer_.cdata();
            const std::string_view text(static_cast<const char*>(data.data()), data.size());
            self->shared_.result.messages += text.starts_with(R"({"type":"changes")") ? 1 : 0;
            self->buffer_.clear();
            self->read();
        });
    }

    Shared& shared_;
    beast::websocket::stream<beast::tcp_stream> stream_;
    beast::flat_buffer buffer_;
    std::string subscription_;
};

/// One connection that is kept alive; sends requests when they are due, also when the last was late.
class Asker : public std::enable_shared_from_this<Asker> {
public:
    Asker(Shared& shared, std::size_t number)
        : shared_(shared), stream_(shared.io), timer_(shared.io), number_(number) {
        interval_ = std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(
            static_cast<double>(connections) / shared.load.requests_per_second));
        due_ = SteadyClock::now() +
               interval_ * static_cast<int>(number) / static_cast<int>(connections);
    }

    void start() {
        stream_.async_connect(shared_.server(), [self = shared_from_this()](error_code error) {
            if (self->good(error, "connect")) {
                self->wait();
            }
        });
    }

private:
    bool good(error_code error, const char* what) {
        if (error) {
            shared_.failed(fmt::format("request {}: {}", what, error.message()));
        }
        return !error && !shared_.ending;
    }
    std::string target() {
        const std::string symbol = shared_.symbol(++count_ * 7 + number_);
        switch (count_ % 4) {
            case 0:
                return "/api/tables/bars?per_key=1&limit=20";
            case 1:
                return "/api/ticks/recent?symbol=" + symbol + "&limit=20";
            case 2:
                return "/api/symbols/" + symbol;
            default:
                return "/api/bars/" + symbol + "?limit=20";
        }
    }
    void wait() {
        timer_.expires_at(due_);
        timer_.async_wait([self = shared_from_this()](error_code error) {
            if (!error && !self->shared_.ending) {
                self->ask();
            }
        });
    }
    void ask() {
        request_ = {http::verb::get, target(), 11};
        request_.set(http::field::host, "127.0.0.1");
        http::async_write(
            stream_, request_, [self = shared_from_this()](error_code error, std::size_t) {
                if (!self->good(error, "write")) {
                    return;
                }
                self->response_ = {};
                http::async_read(
                    self->stream_, self->buffer_, self->response_,
                    [self](error_code failure, std::size_t) { self->answered(failure); });
            });
    }
    void answered(error_code error) {
        if (!good(error, "read")) {
            return;
        }
        if (response_.result() != http::status::ok) {
            shared_.failed(fmt::format("status {} for {}", response_.result_int(),
                                       std::string{request_.target()}));
        } else {
            ++shared_.result.requests;
        }
        shared_.result.latencies.push_back(
            std::chrono::duration<double>(SteadyClock::now() - due_).count());
        due_ += interval_;
        wait();
    }

    Shared& shared_;
    beast::tcp_stream stream_;
    asio::steady_timer timer_;
    std::size_t number_;
    std::size_t count_ = 0;
    SteadyClock::duration interval_{};
    SteadyClock::time_point due_;
    beast::flat_buffer buffer_;
    http::request<http::empty_body> request_;
    http::response<http::string_body> response_;
};

}  // namespace

LoadResult put_under_load(const Load& load) {
    Shared shared;
    shared.load = load;
    std::vector<std::shared_ptr<Follower>> followers;
    for (std::size_t i = 0; i < load.websockets; ++i) {
        followers.push_back(std::make_shared<Follower>(shared, i));
        followers.back()->start();
    }
    for (std::size_t i = 0; i < connections; ++i) {
        std::make_shared<Asker>(shared, i)->start();
    }
    shared.io.run_for(load.length);
    shared.ending = true;
    shared.io.stop();
    std::sort(shared.result.latencies.begin(), shared.result.latencies.end());
    return std::move(shared.result);
}

}  // namespace tsflow::bench
