#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "common/append_file.hpp"
#include "tsflow/node.hpp"

namespace tsflow {

/// A sink that writes rows as text into one file; a format says how. Without a checkpoint to return to
/// the file starts anew at the first write or commit, so that a start that fails leaves it as it was.
class TextFileSink : public Sink {
public:
    void open(Context& context) override;
    void close() noexcept override;
    void probe(Context& context) override;
    void write(const Batch& batch) override;
    void commit(const Checkpoint& checkpoint, StateWriter& state) override;
    void restore(StateReader& state) override;
    Repeats repeats() const noexcept override;

protected:
    explicit TextFileSink(std::filesystem::path path) : path_(std::move(path)) {}

private:
    /// What stands in front of the first row.
    virtual std::string header() const { return {}; }
    /// What must be the same after a restart, as a text for messages; empty when rows stand for
    /// themselves.
    virtual std::string layout() const { return {}; }
    virtual void format(const Batch& batch, std::string& out) = 0;
    void begin();

    std::filesystem::path path_;
    AppendFile file_;
    bool begun_ = false;
};

}  // namespace tsflow
