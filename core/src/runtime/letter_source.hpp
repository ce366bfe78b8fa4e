#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/node.hpp"

namespace tsflow {

/// The source of a replay: gives the rows of letters, each on the port that stands for the input which it
/// came by.
class LetterSource final : public Source {
public:
    /// The letters of one node.
    struct Part {
        std::filesystem::path file;
        std::uint64_t length = 0;
        std::set<std::uint64_t> ids;
        std::size_t first_port = 0;  ///< of the node's inputs, in order
        Ports inputs;
    };
    explicit LetterSource(std::vector<Part> parts) : parts_(std::move(parts)) {}

    Ports outputs() const override;
    void open(Context& context) override;
    Poll poll(Emitter& out, Millis max_wait) override;
    /// It has no position: a replay is done as a whole or not at all.
    bool replayable() const noexcept override { return true; }
    void position(StateWriter&) const override {}
    void resume(StateReader&) override {}

private:
    void next_part();
    void give(Emitter& out);

    std::vector<Part> parts_;
    std::size_t part_ = 0;
    std::ifstream in_;
    std::uint64_t read_ = 0;
    std::size_t port_ = 0;
    std::optional<BatchBuilder> rows_;
};

}  // namespace tsflow
