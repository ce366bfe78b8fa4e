#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "words.hpp"

namespace tsflow::massive_sim {

/// A command's parameters, read with their defaults. All functions throw Error with a sentence for
/// the user when a value is none of those expected.
class Arguments {
public:
    Arguments(const Parameters& parameters, std::string_view body)
        : parameters_(parameters), body_(body) {}

    bool has(std::string_view name) const { return find(parameters_, name) != nullptr; }
    std::string text(std::string_view name, std::string_view otherwise = {}) const;
    /// A number that is not negative.
    double real(std::string_view name, double otherwise) const;
    /// A whole number that is not negative.
    std::int64_t whole(std::string_view name, std::int64_t otherwise) const;
    /// True or false; without a value true, without the name false.
    bool flag(std::string_view name) const;
    /// One of the words; the first when the name is not there.
    std::string choice(std::string_view name, std::span<const std::string_view> words) const;
    /// The request's body.
    std::string_view body() const noexcept { return body_; }

private:
    const Parameters& parameters_;
    std::string_view body_;
};

}  // namespace tsflow::massive_sim
