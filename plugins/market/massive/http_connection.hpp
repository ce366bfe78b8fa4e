#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "origin.hpp"
#include "tsflow/error.hpp"
#include "tsflow/time.hpp"

namespace tsflow::market::massive {

struct HttpReply {
    int status = 0;
    std::string reason;       ///< as the server names the status
    std::string retry_after;  ///< the header, or empty
    std::string body;
};

/// No answer came.
class HttpError : public Error {
public:
    HttpError(const std::string& what, bool may_retry) : Error(what), retry(may_retry) {}
    bool retry;  ///< false: was cancelled, or another try would go the same way
};

/// One connection to a web server, kept open between requests and opened again when the server closed
/// it. Blocking, one thread at a time; only cancel() may come from another.
class HttpConnection {
public:
    struct Options {
        Origin origin;
        std::string authorization;      ///< value of that header; empty: none is sent
        std::filesystem::path ca_file;  ///< PEM; empty: the system's
        Duration timeout = std::chrono::seconds{30};
        std::uint64_t body_limit = 64 << 20;
        std::function<bool()> stopping;  ///< asked some ten times a second; true cancels
    };
    /// Throws Error when the CA file cannot be read.
    explicit HttpConnection(Options options);
    ~HttpConnection();
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    /// Throws HttpError.
    HttpReply get(const std::string& target);
    /// Any thread: ends the request under way, and all later ones, with HttpError at once.
    void cancel() noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tsflow::market::massive
