#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace tsflow::flat_file {

/// Reads a file from its start through one buffer of fixed size, inflating it when it is gzip (by its
/// first bytes; several members are read as one text).
///
///     |  consumed  |  text()  |  free  |
///                             ^ fill() adds here, after moving text() to the front
class GzipReader {
public:
    static constexpr std::size_t default_room = 256 * 1024;

    /// Throws Error when the file cannot be opened, or is named *.gz and is not gzip.
    explicit GzipReader(std::filesystem::path path, std::size_t room = default_room);
    ~GzipReader();
    GzipReader(const GzipReader&) = delete;
    GzipReader& operator=(const GzipReader&) = delete;

    /// What was read and not consumed yet; valid until the next fill().
    std::string_view text() const noexcept { return {buffer_.get() + begin_, end_ - begin_}; }
    void consume(std::size_t bytes) noexcept {
        begin_ += bytes;
        offset_ += bytes;
    }

    enum class Fill {
        more,    ///< text() has grown
        full,    ///< text() fills the whole buffer; nothing was read
        end,     ///< the file is over
        broken,  ///< what follows cannot be read; see failure()
    };
    Fill fill();
    /// A sentence on what is wrong, with file and offset.
    const std::string& failure() const noexcept { return failure_; }

    /// Offset of text() in the inflated text.
    std::uint64_t offset() const noexcept { return offset_; }
    /// How much of the file itself has been used.
    std::uint64_t file_offset() const noexcept;

private:
    struct CloseFile {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    struct Inflater;

    bool read_file();
    Fill fill_plain(char* to, std::size_t room);
    Fill fill_inflated(char* to, std::size_t room);
    bool next_member();
    Fill broken(const std::string& what);

    std::filesystem::path path_;
    std::unique_ptr<std::FILE, CloseFile> file_;
    std::unique_ptr<Inflater> inflater_;  // none for a plain file
    std::unique_ptr<unsigned char[]> input_;
    std::size_t input_begin_ = 0;
    std::size_t input_end_ = 0;
    std::uint64_t file_read_ = 0;

    std::size_t room_;
    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint64_t offset_ = 0;
    std::string failure_;
};

}  // namespace tsflow::flat_file
