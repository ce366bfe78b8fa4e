#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "massive/frame_parser.hpp"
#include "tsflow/builder.hpp"

/// What the parser's tests share.
namespace tsflow::market::massive {

using Texts = std::vector<std::string>;

struct Listener final : FrameListener {
    void on_status(std::string_view status, std::string_view message) override {
        statuses.push_back(std::string{status} + ": " + std::string{message});
    }
    bool contested(Symbol symbol, std::string_view event) override {
        asked.push_back(std::string{symbol.text()} + " " + std::string{event});
        return keep_contested;
    }
    void rejected(std::string_view raw, std::string_view reason) override {
        refused.emplace_back(raw);
        reasons.emplace_back(reason);
    }

    Texts statuses, asked, refused, reasons;
    bool keep_contested = true;
};

constexpr std::array<bool, channel_count> all_channels{true, true, true, true, true, true, true};

/// A parser, and what it told. Frames are copied to a block of exactly their size and the padding, so
/// that a sanitizer sees each byte that is read beyond.
struct Reading {
    explicit Reading(const std::array<bool, channel_count>& wanted = all_channels)
        : parser(wanted) {}

    Reading& parse(std::string_view frame, std::span<const std::uint8_t> owners = {},
                   std::uint8_t index = 0, char pad = ' ') {
        const auto block = std::make_unique<char[]>(frame.size() + FrameParser::padding);
        std::memcpy(block.get(), frame.data(), frame.size());
        std::memset(block.get() + frame.size(), pad, FrameParser::padding);
        const FrameOrigin origin{Timestamp{std::chrono::seconds{1'700'000'000}},
                                 Symbol::intern("primary"), index};
        parser.parse({block.get(), frame.size()}, origin, owners, listener);
        return *this;
    }
    /// The rows so far; kept, because records that are read from them view their texts.
    Batch rows(Channel channel) { return kept.emplace_back(parser.rows(channel).finish()); }

    FrameParser parser;
    Listener listener;
    std::vector<Batch> kept;
};

}  // namespace tsflow::market::massive
