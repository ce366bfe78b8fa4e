#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bar_file.hpp"
#include "file_list.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"

namespace tsflow::flat_file {

/// Reads bars out of the vendor's flat files, one file after another.
class FlatFile final : public Source {
public:
    static constexpr std::string_view name = "flat_file";
    static constexpr std::string_view doc =
        "Reads minute or day bars from the flat files of Massive (formerly Polygon.io), plain or "
        "gzip CSV, in time order. Columns are found by the names in each file's header line. Rows "
        "that cannot be read become dead letters.";

    struct Config {
        std::filesystem::path path;
        std::optional<Date> from;
        std::optional<Date> to;
        std::vector<std::string> symbols;
        std::int64_t batch_rows = 4096;
    };
    static void describe(Options<Config>& options);
    explicit FlatFile(Config config);

    Ports outputs() const override;
    void open(Context& context) override;
    void close() noexcept override;
    void probe(Context& context) override;
    Poll poll(Emitter& out, Millis max_wait) override;
    bool replayable() const noexcept override { return true; }
    void position(StateWriter& state) const override;
    void resume(StateReader& state) override;
    std::optional<Progress> progress() const override;

private:
    /// Behind the last row emitted.
    struct Position {
        std::string file;  ///< its DataFile::name; empty: nothing was read yet
        Place place;
        std::uint64_t rows = 0;                  ///< emitted of this file
        bool finished = false;                   ///< the file was read to its end
        Timestamp greatest = Timestamp::min();   ///< event time so far
        Timestamp watermark = Timestamp::min();  ///< promised so far
    };

    std::vector<DataFile> list_files() const;
    RowFilter filter_for(const DataFile& file) const;
    void begin_file(const Place& from);
    void end_file(Emitter& out);
    void emit_rows(Emitter& out);

    Config config_;
    BatchBuilder rows_;
    Context* context_ = nullptr;
    std::vector<DataFile> files_;
    std::size_t next_ = 0;         // the file being read, or else the one to begin with
    std::optional<BarFile> file_;  // being read
    Timestamp greatest_before_ = Timestamp::min();  // among files before this one
    Position position_;
    bool watermark_due_ = false;
};

}  // namespace tsflow::flat_file
