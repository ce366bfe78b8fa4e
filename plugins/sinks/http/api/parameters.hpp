#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tsflow/error.hpp"
#include "tsflow/time.hpp"

namespace tsflow::http {

/// A request asks for what cannot be; `parameter` is the one to blame.
class BadRequest : public Error {
public:
    BadRequest(std::string parameter, const std::string& message)
        : Error(message), parameter_(std::move(parameter)) {}
    const std::string& parameter() const noexcept { return parameter_; }

private:
    std::string parameter_;
};

/// The bytes behind `%XX` and `+`; nothing when the text is not well formed, or not UTF-8.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank);
std::string percent_encode(std::string_view text);

/// A request's target: the path and what stands behind the question mark.
struct Target {
    std::string path;  ///< decoded
    std::vector<std::pair<std::string, std::string>> parameters;

    /// The value of the parameter, which was given once; null when it was not given.
    const std::string* find(std::string_view name) const noexcept;
    std::string text(std::string_view name, std::string_view otherwise = {}) const;
    /// Throws BadRequest when it is no whole number between the two.
    std::int64_t integer(std::string_view name, std::int64_t otherwise, std::int64_t least,
                         std::int64_t most) const;
    /// ISO 8601, or seconds since 1970 with or without a fraction. Throws BadRequest.
    std::optional<Timestamp> time(std::string_view name) const;
    /// Throws BadRequest for a parameter that is not among `known`, naming the nearest.
    void only(const std::vector<std::string>& known) const;
};

/// Throws BadRequest, also for a parameter that is given twice and for more of them than anybody needs.
Target parse_target(std::string_view text);

}  // namespace tsflow::http
