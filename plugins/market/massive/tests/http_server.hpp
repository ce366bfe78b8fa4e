#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certificates.hpp"

namespace tsflow::market::massive::testing {

struct Request {
    std::string target;
    std::map<std::string, std::string> headers;  ///< names in lower case
};

struct Answer {
    int status = 200;
    std::string body;
    std::map<std::string, std::string> headers = {};
    bool hang_up = false;  ///< close the connection behind it, without having said so
    bool stall = false;    ///< never answer
    bool vanish = false;   ///< close the connection instead of an answer
    std::size_t cut = 0;   ///< send only this many bytes of the body and close
};

/// A web server on a free port of 127.0.0.1 with a thread of its own, that answers as it is told.
class HttpServer {
public:
    using Handler = std::function<Answer(const Request&)>;  ///< called on the server's thread
    explicit HttpServer(Handler handler, std::optional<Certificates::Files> tls = std::nullopt);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::uint16_t port() const;
    /// `http://127.0.0.1:PORT`, or https.
    std::string url() const;
    /// All requests so far.
    std::vector<Request> requests() const;
    std::size_t connections() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tsflow::market::massive::testing
