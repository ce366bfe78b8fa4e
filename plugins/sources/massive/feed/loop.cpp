#include "feed/loop.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "feed/read_ahead.hpp"
#include "massive/frame_parser.hpp"
#include "tsflow/error.hpp"

namespace tsflow::massive {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds connect_timeout{15};
constexpr std::size_t largest_message = std::size_t{64} << 20;

using PlainStream = websocket::stream<ReadAhead<beast::tcp_stream>>;
using TlsStream = websocket::stream<ReadAhead<beast::ssl_stream<beast::tcp_stream>>>;

std::string text_of(const error_code& error, const websocket::close_reason& reason,
                    Duration liveness) {
    // Also when the server said goodbye and then did not close, so that this ended by its timeout.
    if (error == websocket::error::closed || reason.code != websocket::close_code::none) {
        std::string text = "closed by the server with code " + std::to_string(reason.code);
        if (!reason.reason.empty()) {
            text += " (" + std::string(reason.reason.data(), reason.reason.size()) + ")";
        }
        return text;
    }
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
        return "ended by the server without a close frame";
    }
    if (error == beast::error::timeout) {
        return "nothing heard, not even an answer to a ping, for " + format_duration(liveness);
    }
    return error.message();
}

/// One attempt at a connection and what becomes of it. Kept alive by its own pending operations; after
/// forget() it tells nobody anything.
template <class Stream>
class Link : public std::enable_shared_from_this<Link<Stream>> {
public:
    static constexpr bool tls = std::is_same_v<Stream, TlsStream>;

    template <class... Args>
    Link(asio::io_context& context, Endpoint endpoint, SocketListener& listener, Args&... args)
        : endpoint_(std::move(endpoint)),
          listener_(&listener),
          resolver_(context),
          stream_(context, args...) {}

    void connect() {
        resolver_.async_resolve(
            endpoint_.host, endpoint_.port,
            [self = this->shared_from_this()](error_code error,
                                              const tcp::resolver::results_type& found) {
                if (error) {
                    return self->fail("cannot resolve '" + self->endpoint_.host +
                                      "': " + error.message());
                }
                beast::get_lowest_layer(self->stream_).expires_after(connect_timeout);
                beast::get_lowest_layer(self->stream_)
                    .async_connect(found, [self](error_code failed, const tcp::endpoint&) {
                        self->connected(failed);
                    });
            });
    }

    void send(std::string message) {
        outgoing_.push_back(std::move(message));
        if (outgoing_.size() == 1 && open_) {
            write();
        }
    }

    void close() {
        if (!open_) {
            return fail("closed");
        }
        stream_.async_close(
            websocket::close_code::normal,
            [self = this->shared_from_this()](error_code) { self->fail("closed"); });
    }

    void forget() {
        listener_ = nullptr;
        error_code ignored;
        resolver_.cancel();
        beast::get_lowest_layer(stream_).socket().close(ignored);
    }

private:
    void connected(error_code error) {
        if (error) {
            return fail("cannot connect to " + endpoint_.host + ":" + endpoint_.port + ": " +
                        error.message());
        }
        beast::get_lowest_layer(stream_).socket().set_option(tcp::no_delay{true});
        if constexpr (tls) {
            auto& secure = stream_.next_layer().next_layer();
            if (SSL_set_tlsext_host_name(secure.native_handle(), endpoint_.host.c_str()) != 1) {
                return fail("cannot name the host '" + endpoint_.host + "' to TLS");
            }
            secure.set_verify_callback(asio::ssl::host_name_verification{endpoint_.host});
            secure.async_handshake(asio::ssl::stream_base::client,
                                   [self = this->shared_from_this()](error_code failed) {
                                       if (failed) {
                                           return self->fail("TLS: " + failed.message());
                                       }
                                       self->handshake();
                                   });
        } else {
            handshake();
        }
    }

    void handshake() {
        beast::get_lowest_layer(stream_).expires_never();  // the websocket has timeouts of its own
        stream_.set_option(websocket::stream_base::timeout{
            connect_timeout,
            std::chrono::duration_cast<std::chrono::milliseconds>(endpoint_.liveness), true});
        stream_.read_message_max(largest_message);
        // A ping ends no read, so it may be all that more_arrived() saw.
        stream_.control_callback([this](websocket::frame_type, beast::string_view) {
            if (listener_ != nullptr) {
                listener_->on_drained();
            }
        });
        stream_.async_handshake(
            endpoint_.host + ":" + endpoint_.port, endpoint_.target,
            [self = this->shared_from_this()](error_code error) {
                if (error) {
                    return self->fail("websocket handshake: " + error.message());
                }
                self->opened();
            });
    }

    void opened() {
        open_ = true;
        if (listener_ != nullptr) {
            listener_->on_open();
        }
        if (!outgoing_.empty()) {
            write();
        }
        read();
    }

    void read() {
        stream_.async_read_some(
            buffer_, 0, [self = this->shared_from_this()](error_code error, std::size_t) {
                self->tell_messages(error);
                if (error) {
                    return self->fail(
                        text_of(error, self->stream_.reason(), self->endpoint_.liveness));
                }
                if (self->listener_ != nullptr && !self->more_arrived()) {
                    self->listener_->on_drained();
                }
                if (self->listener_ != nullptr) {
                    self->read();
                }
            });
    }

    /// The one that has just been read, if it has come to its end, and those that are here as a whole.
    void tell_messages(error_code& error) {
        auto& ahead = stream_.next_layer();
        while (!error) {
            tell_message();
            tell_whole_messages();
            if (listener_ == nullptr || !ahead.has_frame()) {
                return;
            }
            const auto room = buffer_.prepare(ahead.payload());
            buffer_.commit(stream_.read_some(room, error));
        }
    }

    /// Of a message in one frame there is nothing that the websocket would have to do but to check the text,
    /// which it does one byte after the other, and to copy it. What is no text is left to it to refuse.
    void tell_whole_messages() {
        auto& ahead = stream_.next_layer();
        while (listener_ != nullptr && stream_.is_message_done()) {
            const auto message = ahead.message();
            if (!message || !market::massive::FrameParser::is_text(*message)) {
                return;
            }
            listener_->on_frame(*message);
            ahead.skip(*message);
        }
    }

    void tell_message() {
        if (!stream_.is_message_done()) {
            return;
        }
        if (listener_ != nullptr) {
            const auto bytes = buffer_.cdata();
            listener_->on_frame({static_cast<const char*>(bytes.data()), bytes.size()});
        }
        buffer_.clear();
    }

    /// Whether the read that follows ends at once.
    bool more_arrived() {
        const auto& ahead = stream_.next_layer();
        error_code error;
        return ahead.ready() || (!tls && ahead.was_full() &&
                                 beast::get_lowest_layer(stream_).socket().available(error) > 0);
    }

    void write() {
        stream_.async_write(asio::buffer(outgoing_.front()),
                            [self = this->shared_from_this()](error_code error, std::size_t) {
                                if (error) {
                                    return;  // the read under way tells it, with the reason
                                }
                                self->outgoing_.pop_front();
                                if (!self->outgoing_.empty()) {
                                    self->write();
                                }
                            });
    }

    void fail(const std::string& why) {
        if (SocketListener* const listener = std::exchange(listener_, nullptr)) {
            listener->on_closed(why);
        }
    }

    const Endpoint endpoint_;
    SocketListener* listener_;
    tcp::resolver resolver_;
    Stream stream_;
    beast::flat_buffer buffer_;
    std::deque<std::string> outgoing_;
    bool open_ = false;
};

template <class Stream>
class LinkSocket final : public Socket {
public:
    explicit LinkSocket(std::shared_ptr<Link<Stream>> link) : link_(std::move(link)) {}
    ~LinkSocket() override { link_->forget(); }
    void send(std::string message) override { link_->send(std::move(message)); }
    void close() override { link_->close(); }

private:
    std::shared_ptr<Link<Stream>> link_;
};

class AsioLoop final : public ThreadLoop {
public:
    AsioLoop() : work_(asio::make_work_guard(context_)), thread_([this] { context_.run(); }) {}
    ~AsioLoop() override { stop(); }

    void post(Task task) override { asio::post(context_, std::move(task)); }

    TimerId after(Duration delay, Task task) override {
        const TimerId id = ++last_timer_;
        auto& timer = timers_.try_emplace(id, context_).first->second;
        timer.expires_after(delay);
        timer.async_wait([this, id, task = std::move(task)](error_code error) {
            if (!error && timers_.erase(id) > 0) {
                task();
            }
        });
        return id;
    }
    void cancel(TimerId timer) override { timers_.erase(timer); }

    std::unique_ptr<Socket> connect(const Endpoint& endpoint, SocketListener& listener) override {
        if (endpoint.tls) {
            return dial<TlsStream>(endpoint, listener, tls_for(endpoint));
        }
        return dial<PlainStream>(endpoint, listener);
    }

    void stop() override {
        if (thread_.joinable()) {
            asio::post(context_, [this] { timers_.clear(); });
            work_.reset();
            thread_.join();
        }
    }

private:
    template <class Stream, class... Args>
    std::unique_ptr<Socket> dial(const Endpoint& endpoint, SocketListener& listener,
                                 Args&... args) {
        auto link = std::make_shared<Link<Stream>>(context_, endpoint, listener, args...);
        link->connect();
        return std::make_unique<LinkSocket<Stream>>(std::move(link));
    }

    asio::ssl::context& tls_for(const Endpoint& endpoint) {
        const auto [found, made] =
            tls_.try_emplace(endpoint.ca_file, asio::ssl::context::tls_client);
        if (made) {
            asio::ssl::context& tls = found->second;
            tls.set_verify_mode(asio::ssl::verify_peer);
            error_code error;
            if (endpoint.ca_file.empty()) {
                tls.set_default_verify_paths(error);
            } else {
                // One that cannot be read leaves no authority to trust: the handshake then says so.
                tls.load_verify_file(endpoint.ca_file.string(), error);
            }
        }
        return found->second;
    }

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::map<TimerId, asio::steady_timer> timers_;
    TimerId last_timer_ = 0;
    std::map<std::filesystem::path, asio::ssl::context> tls_;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<ThreadLoop> make_thread_loop() {
    return std::make_unique<AsioLoop>();
}

}  // namespace tsflow::massive
