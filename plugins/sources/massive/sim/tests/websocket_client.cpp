#include "websocket_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <chrono>
#include <optional>
#include <stdexcept>

namespace tsflow::massive_sim::testing {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http_lib = boost::beast::http;
using asio::ip::tcp;
using Error = boost::system::error_code;
using Stream = asio::ssl::stream<tcp::socket>;

constexpr std::chrono::seconds deadline{30};

struct Url {
    bool is_secure;
    std::string host;
    std::string port;
    std::string target;
};

Url parse_url(const std::string& url) {
    const std::size_t scheme = url.find("://");
    const std::size_t path = url.find('/', scheme + 3);
    const std::string authority = url.substr(scheme + 3, path - scheme - 3);
    const std::size_t colon = authority.find(':');
    return {url[scheme - 1] == 's' && url.compare(0, scheme, "ws") != 0, authority.substr(0, colon),
            authority.substr(colon + 1), path == std::string::npos ? "/" : url.substr(path)};
}

/// Runs one asynchronous operation to its end.
template <class Start>
Error wait(asio::io_context& io, const Start& start) {
    std::optional<Error> result;
    start([&](Error error, auto&&...) { result = error; });
    io.restart();
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (!result && io.run_one_until(until) > 0) {
    }
    if (!result) {
        throw std::runtime_error("the simulator did not answer in time");
    }
    return *result;
}

void check(const Error& error) {
    if (error) {
        throw boost::system::system_error(error);
    }
}

void connect(asio::io_context& io, tcp::socket& socket, const Url& url) {
    const tcp::endpoint endpoint(asio::ip::make_address(url.host),
                                 static_cast<std::uint16_t>(std::stoi(url.port)));
    check(wait(io, [&](auto done) { socket.async_connect(endpoint, done); }));
}

asio::ssl::context trusting(const std::string& authority) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    if (!authority.empty()) {
        context.load_verify_file(authority);
        context.set_verify_mode(asio::ssl::verify_peer);
    }
    return context;
}

void handshake(asio::io_context& io, Stream& stream, const Url& url) {
    stream.set_verify_callback(asio::ssl::host_name_verification(url.host));
    check(
        wait(io, [&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); }));
}

}  // namespace

struct WebsocketClient::Connection {
    explicit Connection(const std::string& authority) : tls(trusting(authority)) {}

    template <class Use>
    auto use(const Use& with) {
        return secure ? with(*secure) : with(*plain);
    }

    asio::io_context io;
    asio::ssl::context tls;
    std::optional<beast::websocket::stream<tcp::socket>> plain;
    std::optional<beast::websocket::stream<Stream>> secure;
    std::vector<std::string> controls;
};

WebsocketClient::WebsocketClient(const std::string& text, const std::string& authority)
    : connection_(std::make_unique<Connection>(authority)) {
    Connection& own = *connection_;
    const Url url = parse_url(text);
    if (url.is_secure) {
        own.secure.emplace(own.io, own.tls);
        connect(own.io, own.secure->next_layer().next_layer(), url);
        handshake(own.io, own.secure->next_layer(), url);
    } else {
        own.plain.emplace(own.io);
        connect(own.io, own.plain->next_layer(), url);
    }
    own.use([&](auto& stream) {
        stream.read_message_max(0);
        stream.control_callback(
            [&own](beast::websocket::frame_type kind, beast::string_view bytes) {
                const char* name = kind == beast::websocket::frame_type::ping   ? "ping:"
                                   : kind == beast::websocket::frame_type::pong ? "pong:"
                                                                                : "close:";
                own.controls.push_back(name + std::string{bytes.data(), bytes.size()});
            });
        check(wait(own.io, [&](auto done) {
            stream.async_handshake(url.host + ":" + url.port, url.target, done);
        }));
    });
}

WebsocketClient::~WebsocketClient() = default;
WebsocketClient::WebsocketClient(WebsocketClient&&) noexcept = default;

void WebsocketClient::send_text(std::string_view text) {
    connection_->use([&](auto& stream) {
        check(wait(connection_->io, [&](auto done) {
            stream.async_write(asio::buffer(text.data(), text.size()), done);
        }));
    });
}

bool WebsocketClient::next(std::string& text, End& end) {
    Connection& own = *connection_;
    return own.use([&](auto& stream) {
        beast::flat_buffer buffer;
        constexpr std::size_t room = 1 << 20;
        do {
            const Error error =
                wait(own.io, [&](auto done) { stream.async_read_some(buffer, room, done); });
            if (error) {
                end.code = stream.reason().code;
                end.is_orderly = error == beast::websocket::error::closed;
                end.reason.assign(stream.reason().reason.data(), stream.reason().reason.size());
                return false;
            }
        } while (!stream.is_message_done());
        text.assign(static_cast<const char*>(buffer.data().data()), buffer.size());
        return true;
    });
}

std::string WebsocketClient::text() {
    std::string text;
    End end;
    if (!next(text, end)) {
        throw std::runtime_error("the connection has ended with code " + std::to_string(end.code));
    }
    return text;
}

End WebsocketClient::end() {
    std::string text;
    End end;
    while (next(text, end)) {
    }
    return end;
}

std::vector<Json> WebsocketClient::events_until_end() {
    std::vector<Json> all;
    std::string text;
    End end;
    while (next(text, end)) {
        for (Json& event : Json::parse(text)) {
            if (event.at("ev") != "status") {
                all.push_back(std::move(event));
            }
        }
    }
    return all;
}

std::vector<Json> WebsocketClient::events(std::size_t count) {
    std::vector<Json> all;
    while (all.size() < count) {
        for (Json& event : read()) {
            all.push_back(std::move(event));
        }
    }
    return all;
}

void WebsocketClient::close() {
    connection_->use([&](auto& stream) {
        wait(connection_->io,
             [&](auto done) { stream.async_close(beast::websocket::close_code::normal, done); });
    });
}

const std::vector<std::string>& WebsocketClient::controls() const {
    return connection_->controls;
}

void WebsocketClient::join(std::string_view subscriptions, std::string_view key) {
    read();
    send(auth(key));
    read();
    send(subscribe(subscriptions));
    read();
}

Json status(std::string_view name, std::string_view message) {
    return Json::array({{{"ev", "status"}, {"status", name}, {"message", message}}});
}

Json auth(std::string_view key) {
    return {{"action", "auth"}, {"params", key}};
}

Json subscribe(std::string_view pairs) {
    return {{"action", "subscribe"}, {"params", pairs}};
}

namespace {

template <class Socket>
HttpReply ask(asio::io_context& io, Socket& socket,
              const http_lib::request<http_lib::string_body>& request) {
    check(wait(io, [&](auto done) { http_lib::async_write(socket, request, done); }));
    beast::flat_buffer buffer;
    http_lib::response_parser<http_lib::string_body> parser;
    const Error error =
        wait(io, [&](auto done) { http_lib::async_read(socket, buffer, parser, done); });
    const auto& message = parser.get();
    const auto after = message[http_lib::field::retry_after];
    return {static_cast<int>(message.result_int()), message.body(),
            std::string{after.data(), after.size()}, !error};
}

}  // namespace

HttpReply http(std::string_view method, const std::string& text, const std::string& bearer,
               const std::string& authority) {
    const Url url = parse_url(text);
    http_lib::request<http_lib::string_body> request;
    request.method_string({method.data(), method.size()});
    request.target(url.target);
    request.version(11);
    request.set(http_lib::field::host, url.host + ":" + url.port);
    if (!bearer.empty()) {
        request.set(http_lib::field::authorization, "Bearer " + bearer);
    }
    asio::io_context io;
    if (url.is_secure) {
        asio::ssl::context context = trusting(authority);
        Stream stream(io, context);
        connect(io, stream.next_layer(), url);
        handshake(io, stream, url);
        return ask(io, stream, request);
    }
    tcp::socket socket(io);
    connect(io, socket, url);
    return ask(io, socket, request);
}

}  // namespace tsflow::massive_sim::testing
