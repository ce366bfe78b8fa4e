#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>
#include <vector>

namespace tsflow::massive_sim {

/// A connected socket, plain or under TLS.
class Transport {
public:
    using Done = std::function<void(boost::system::error_code, std::size_t)>;

    virtual ~Transport() = default;
    /// The TLS handshake; without TLS there is none, and `done` is called all the same.
    virtual void handshake(Done done) = 0;
    virtual void read(boost::asio::mutable_buffer to, Done done) = 0;
    /// Writes some of the bytes.
    virtual void write(const std::vector<boost::asio::const_buffer>& from, Done done) = 0;
    /// Ends what is sent; in order, if TLS is to say so. `done` is called when it is said, or never.
    virtual void end(bool in_order, Done done) = 0;
    virtual boost::asio::ip::tcp::socket& socket() = 0;
};

std::unique_ptr<Transport> make_plain(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Transport> make_tls(boost::asio::ip::tcp::socket socket,
                                    boost::asio::ssl::context& context);

}  // namespace tsflow::massive_sim
