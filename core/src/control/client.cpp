#include "control/client.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <limits>

#include <fmt/format.h>

#include "tsflow/error.hpp"

namespace tsflow::control {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = beast::http;
using boost::system::error_code;

constexpr std::chrono::seconds patience{10};

/// A request and its answer, one step at a time. Timeouts of Beast's streams count in asynchronous calls
/// only, so each step is one, and is waited for.
class Exchange {
public:
    Exchange(const Endpoint& endpoint, std::string_view target)
        : stream_(io_), where_(to_text(endpoint.address, endpoint.address.port)) {
        step([&](auto done) {
            stream_.async_connect(
                asio::ip::tcp::endpoint{asio::ip::make_address(endpoint.address.address),
                                        endpoint.address.port},
                done);
        });
        bhttp::request<bhttp::empty_body> request{
            bhttp::verb::get, {target.data(), target.size()}, 11};
        request.set(bhttp::field::host, where_);
        request.set(bhttp::field::connection, "close");
        if (!endpoint.token.empty()) {
            request.set(bhttp::field::authorization, "Bearer " + endpoint.token);
        }
        step([&](auto done) {
            bhttp::async_write(stream_, request,
                               [done](error_code error, std::size_t) mutable { done(error); });
        });
        parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
        step([&](auto done) {
            bhttp::async_read_header(
                stream_, buffer_, parser_,
                [done](error_code error, std::size_t) mutable { done(error); });
        });
    }

    int status() { return static_cast<int>(parser_.get().result_int()); }

    /// The next piece of the body; empty at its end.
    std::string_view read(std::chrono::seconds wait) {
        while (!parser_.is_done()) {
            parser_.get().body().data = piece_.data();
            parser_.get().body().size = piece_.size();
            step(
                [&](auto done) {
                    bhttp::async_read_some(
                        stream_, buffer_, parser_, [done](error_code error, std::size_t) mutable {
                            done(error == bhttp::error::need_buffer ? error_code{} : error);
                        });
                },
                wait);
            const std::size_t size = piece_.size() - parser_.get().body().size;
            if (size > 0) {
                return {piece_.data(), size};
            }
        }
        return {};
    }

private:
    template <class Start>
    void step(Start start, std::chrono::seconds wait = patience) {
        error_code result;
        stream_.expires_after(wait);
        start([&result](error_code error) { result = error; });
        io_.restart();
        io_.run();
        if (result) {
            throw Error(fmt::format(
                "{} does not answer: {}", where_,
                result == beast::error::timeout ? "it took too long" : result.message()));
        }
    }

    asio::io_context io_{1};
    beast::tcp_stream stream_;
    std::string where_;
    beast::flat_buffer buffer_;
    bhttp::response_parser<bhttp::buffer_body> parser_;
    std::array<char, 16 * 1024> piece_{};
};

std::string rest_of(Exchange& exchange) {
    std::string body;
    for (std::string_view piece = exchange.read(patience); !piece.empty();
         piece = exchange.read(patience)) {
        body += piece;
    }
    return body;
}

}  // namespace

Reply get(const Endpoint& endpoint, std::string_view target) {
    Exchange exchange(endpoint, target);
    return {exchange.status(), rest_of(exchange)};
}

Reply follow(const Endpoint& endpoint, std::string_view target,
             const std::function<bool(std::string_view)>& take) {
    constexpr std::chrono::hours for_ever{24 * 365};
    Exchange exchange(endpoint, target);
    if (exchange.status() != 200) {
        return {exchange.status(), rest_of(exchange)};
    }
    for (std::string_view piece = exchange.read(for_ever); !piece.empty();
         piece = exchange.read(for_ever)) {
        if (!take(piece)) {
            break;
        }
    }
    return {200, {}};
}

}  // namespace tsflow::control
