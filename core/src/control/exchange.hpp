#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tsflow::control {

/// A GET request, taken apart.
struct Request {
    std::string path;                          ///< `/metrics`, decoded
    std::map<std::string, std::string> query;  ///< decoded; of a repeated name the last
    std::string accept, authorization, host;
};

/// The body of an answer that goes on until the client or the stream ends it.
class Stream {
public:
    virtual ~Stream() = default;
    /// What there is to send now, maybe nothing. Called every `pause` on the server's thread.
    virtual std::string next() = 0;
    /// True when nothing will follow.
    virtual bool over() const = 0;
    static constexpr std::chrono::milliseconds pause{50};
};

struct Answer {
    int status = 200;
    std::string type = "application/json";
    std::string body;
    std::unique_ptr<Stream> stream = {};  ///< in place of the body
};

/// `{"error":"…"}` with this status.
Answer error_answer(int status, std::string_view message);

/// Answers on the server's thread. What it throws becomes status 500 with the message.
using Handler = std::function<Answer(const Request&)>;

/// Takes a request's target apart; nothing when an escape is broken.
std::optional<Request> parse_target(std::string_view target);
/// `text` as a part of a target.
std::string encode(std::string_view text);

/// Whether `given`, an Authorization header, holds `token`; takes the same time for all wrong ones.
bool holds_token(std::string_view given, std::string_view token);
/// Whether a Host header names this machine, so that no page of elsewhere reaches the server under a name
/// of its own.
bool names_this_machine(std::string_view host);

}  // namespace tsflow::control
