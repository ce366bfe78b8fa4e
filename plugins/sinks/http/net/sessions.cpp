#include "net/sessions.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket.hpp>
#include <optional>
#include <utility>

namespace tsflow::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t most_head_bytes = 8 * 1024;
constexpr std::size_t most_buffered = 16 * 1024;       // of one connection, unread
constexpr std::size_t most_message_bytes = 64 * 1024;  // from a client of the websocket
constexpr std::chrono::seconds silence{30};            // of such a client, pongs included
constexpr std::size_t most_addresses = 10'000;
constexpr double burst_seconds = 2;

std::string text_of(beast::string_view view) {
    return {view.data(), view.size()};
}

Request request_of(const RequestMessage& message) {
    Request request;
    request.head = message.method() == bhttp::verb::head;
    request.target = text_of(message.target());
    request.host = text_of(message[bhttp::field::host]);
    request.origin = text_of(message[bhttp::field::origin]);
    request.authorization = text_of(message[bhttp::field::authorization]);
    request.cookie = text_of(message[bhttp::field::cookie]);
    request.accept = text_of(message[bhttp::field::accept]);
    request.accept_encoding = text_of(message[bhttp::field::accept_encoding]);
    request.if_none_match = text_of(message[bhttp::field::if_none_match]);
    return request;
}

class Session final : public std::enable_shared_from_this<Session> {
public:
    Session(tcp::socket socket, Hub& hub)
        : stream_(std::move(socket)), buffer_(most_buffered), hub_(hub) {
        hub_.clients.set(static_cast<std::int64_t>(++hub_.open));
        error_code ignored;
        address_ = stream_.socket().remote_endpoint(ignored).address().to_string();
        stream_.socket().set_option(tcp::no_delay(true), ignored);
    }
    ~Session() { hub_.clients.set(static_cast<std::int64_t>(--hub_.open)); }

    void read() {
        parser_.emplace();
        parser_->header_limit(most_head_bytes);
        parser_->body_limit(0);
        // One deadline for the whole request: a client that sends a byte now and then meets it as well.
        stream_.expires_after(hub_.limits.request_timeout);
        bhttp::async_read(
            stream_, buffer_, *parser_,
            [self = shared_from_this()](error_code error, std::size_t) { self->taken(error); });
    }

private:
    void taken(error_code error) {
        if (error == bhttp::error::end_of_stream) {
            return end();
        }
        if (error) {
            return refuse(error);
        }
        const RequestMessage& message = parser_->get();
        keep_alive_ = message.keep_alive();
        if (!hub_.rate.grants(address_, std::chrono::steady_clock::now())) {
            hub_.refused.add();
            Response response = http::error(429, "too many requests");
            response.headers.emplace_back("Retry-After", "1");
            return answer(std::move(response), false);
        }
        hub_.requests.add();
        if (message.method() != bhttp::verb::get && message.method() != bhttp::verb::head) {
            Response response = http::error(405, "this server is read-only: GET and HEAD");
            response.headers.emplace_back("Allow", "GET, HEAD");
            return answer(std::move(response), false);
        }
        const Request request = request_of(message);
        if (beast::websocket::is_upgrade(message)) {
            return upgrade(request);
        }
        hub_.service.catch_up();
        stream_.expires_never();  // while the answer is made
        hub_.service.respond(request,
                             [self = shared_from_this(), head = request.head](Response response) {
                                 self->answer(std::move(response), head);
                             });
    }

    void upgrade(const Request& request) {
        if (auto refusal = hub_.service.refuse_socket(request)) {
            return answer(*std::move(refusal), false);
        }
        if (request.target.substr(0, request.target.find('?')) != "/ws") {
            return answer(http::error(404, "the websocket is at /ws"), false);
        }
        serve_websocket(std::move(stream_), parser_->release(), hub_.service.connect(), hub_);
    }

    /// What cannot be read is answered where there is somebody to read it.
    void refuse(error_code error) {
        keep_alive_ = false;
        if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) {
            return answer(http::error(431, "the request is longer than 8 KiB"), false);
        }
        if (error == bhttp::error::body_limit || error == bhttp::error::unexpected_body) {
            return answer(http::error(413, "a request must have no body"), false);
        }
        if (error.category() == bhttp::make_error_code(bhttp::error::bad_version).category() &&
            error != bhttp::error::partial_message) {
            return answer(http::error(400, "this is no HTTP/1.1: " + error.message()), false);
        }
        // The connection is broken or was silent for too long.
    }

    void answer(Response response, bool head_only) {
        if (response.status >= 400) {
            hub_.refused.add();
        }
        head_ = head_of(response, keep_alive_);
        body_ = head_only || response.status == 304 ? nullptr : std::move(response.body);
        const std::array<asio::const_buffer, 2> buffers{
            asio::buffer(head_), body_ ? asio::buffer(*body_) : asio::const_buffer{}};
        stream_.expires_after(hub_.limits.request_timeout);
        asio::async_write(stream_, buffers,
                          [self = shared_from_this()](error_code error, std::size_t bytes) {
                              self->hub_.bytes_sent.add(bytes);
                              self->body_ = nullptr;
                              if (error) {
                                  return;
                              }
                              if (self->keep_alive_) {
                                  self->read();
                              } else {
                                  self->end();
                              }
                          });
    }

    void end() {
        error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    Hub& hub_;
    std::string address_;
    std::optional<bhttp::request_parser<bhttp::empty_body>> parser_;
    bool keep_alive_ = false;
    std::string head_;
    std::shared_ptr<const std::string> body_;
};

class WebSocket final : public Socket, public std::enable_shared_from_this<WebSocket> {
public:
    WebSocket(beast::tcp_stream stream, RequestMessage request,
              std::unique_ptr<Subscriber> subscriber, Hub& hub)
        : stream_(std::move(stream)),
          request_(std::move(request)),
          subscriber_(std::move(subscriber)),
          hub_(hub) {
        hub_.clients.set(static_cast<std::int64_t>(++hub_.open));
        hub_.sockets.insert(this);
        hub_.websockets.set(static_cast<std::int64_t>(hub_.sockets.size()));
    }
    ~WebSocket() override {
        leave();
        hub_.clients.set(static_cast<std::int64_t>(--hub_.open));
    }

    void accept() {
        beast::get_lowest_layer(stream_).expires_never();  // the websocket has timeouts of its own
        // A client that reads nothing answers no ping either, and is dropped.
        stream_.set_option(
            beast::websocket::stream_base::timeout{hub_.limits.request_timeout, silence, true});
        stream_.read_message_max(most_message_bytes);
        stream_.text(true);
        stream_.auto_fragment(false);  // a message is one frame, written in one go
        stream_.async_accept(request_, [self = shared_from_this()](error_code error) {
            if (error) {
                return self->leave();
            }
            self->open_ = true;
            self->subscriber_->beat(self->hub_.service.heartbeat());
            self->pump();
            self->read();
        });
    }

    void beat(Message heartbeat) override { subscriber_->beat(std::move(heartbeat)); }

    void pump() override {
        if (!open_ || sending_) {
            return;
        }
        sending_ = subscriber_->next();
        if (!sending_) {
            return;
        }
        stream_.async_write(asio::buffer(*sending_),
                            [self = shared_from_this()](error_code error, std::size_t bytes) {
                                self->hub_.messages.add();
                                self->hub_.bytes_sent.add(bytes);
                                self->sending_ = nullptr;
                                if (error) {
                                    return self->leave();
                                }
                                self->pump();
                            });
    }

    void close() override {
        error_code ignored;
        beast::get_lowest_layer(stream_).socket().close(ignored);
    }

private:
    void read() {
        stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
            if (error) {
                self->close();
                return self->leave();
            }
            const auto data = self->buffer_.cdata();
            self->hub_.service.catch_up();
            self->subscriber_->take({static_cast<const char*>(data.data()), data.size()});
            self->buffer_.consume(self->buffer_.size());
            self->pump();
            self->read();
        });
    }

    void leave() noexcept {
        open_ = false;
        hub_.sockets.erase(this);
        hub_.websockets.set(static_cast<std::int64_t>(hub_.sockets.size()));
    }

    beast::websocket::stream<beast::tcp_stream> stream_;
    RequestMessage request_;
    beast::flat_buffer buffer_;
    std::unique_ptr<Subscriber> subscriber_;
    Hub& hub_;
    Message sending_;
    bool open_ = false;
};

}  // namespace

bool RateLimit::grants(const std::string& address, std::chrono::steady_clock::time_point now) {
    if (per_second_ <= 0) {
        return true;
    }
    if (allowances_.size() > most_addresses) {
        allowances_.clear();  // from so many sides that none is to blame
    }
    const auto [found, is_new] =
        allowances_.try_emplace(address, Allowance{burst_seconds * per_second_, now});
    Allowance& allowance = found->second;
    if (!is_new) {
        const std::chrono::duration<double> elapsed = now - allowance.at;
        allowance.requests = std::min(allowance.requests + elapsed.count() * per_second_,
                                      burst_seconds * per_second_);
        allowance.at = now;
    }
    if (allowance.requests < 1) {
        return false;
    }
    allowance.requests -= 1;
    return true;
}

void serve_http(tcp::socket socket, Hub& hub) {
    std::make_shared<Session>(std::move(socket), hub)->read();
}

void serve_websocket(beast::tcp_stream stream, RequestMessage message,
                     std::unique_ptr<Subscriber> subscriber, Hub& hub) {
    std::make_shared<WebSocket>(std::move(stream), std::move(message), std::move(subscriber), hub)
        ->accept();
}

}  // namespace tsflow::http
