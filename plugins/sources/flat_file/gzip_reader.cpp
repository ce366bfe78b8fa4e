#include "gzip_reader.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "tsflow/error.hpp"

namespace tsflow::flat_file {

namespace {

constexpr std::size_t input_room = 64 * 1024;
constexpr unsigned char gzip_magic[] = {0x1f, 0x8b};
constexpr int gzip_window_bits = 15 + 16;  // the largest window, in a gzip wrapper

std::string reason_of(int error) {
    return std::generic_category().message(error);
}

}  // namespace

/// zlib's stream, and whether it stands between two gzip members.
struct GzipReader::Inflater {
    Inflater() {
        if (::inflateInit2(&stream, gzip_window_bits) != Z_OK) {
            throw Error("zlib could not be initialised: there is not enough memory.");
        }
    }
    ~Inflater() { ::inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    z_stream stream{};
    bool between_members = false;
};

GzipReader::GzipReader(std::filesystem::path path, std::size_t room)
    : path_(std::move(path)),
      file_(std::fopen(path_.c_str(), "rbe")),
      input_(std::make_unique_for_overwrite<unsigned char[]>(input_room)),
      room_(room),
      buffer_(std::make_unique_for_overwrite<char[]>(room)) {
    if (file_ == nullptr) {
        throw Error("The file '" + path_.string() + "' cannot be opened: " + reason_of(errno) +
                    ".");
    }
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);
    if (!read_file()) {
        throw Error(failure_);
    }
    const bool is_gzip = input_end_ >= sizeof gzip_magic &&
                         std::memcmp(input_.get(), gzip_magic, sizeof gzip_magic) == 0;
    if (is_gzip) {
        inflater_ = std::make_unique<Inflater>();
    } else if (path_.extension() == ".gz") {
        throw Error("The file '" + path_.string() +
                    "' is not gzip data, as its name says; fetch it again.");
    }
}

GzipReader::~GzipReader() = default;

std::uint64_t GzipReader::file_offset() const noexcept {
    return file_read_ - (input_end_ - input_begin_);
}

GzipReader::Fill GzipReader::broken(const std::string& what) {
    failure_ = "The file '" + path_.string() + "' " + what + " at byte " +
               std::to_string(file_offset()) + " of the file, byte " +
               std::to_string(offset_ + (end_ - begin_)) +
               " of its text. What came before was read; fetch the file again.";
    return Fill::broken;
}

/// Gets the next piece of the file into the input buffer, which is used up; nothing at its end.
bool GzipReader::read_file() {
    input_begin_ = 0;
    input_end_ = std::fread(input_.get(), 1, input_room, file_.get());
    file_read_ += input_end_;
    if (input_end_ == 0 && std::ferror(file_.get()) != 0) {
        broken("cannot be read (" + reason_of(errno) + ")");
        return false;
    }
    return true;
}

GzipReader::Fill GzipReader::fill() {
    if (!failure_.empty()) {
        return Fill::broken;
    }
    const std::size_t kept = end_ - begin_;
    if (kept == room_) {
        return Fill::full;
    }
    if (begin_ > 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, kept);
        begin_ = 0;
        end_ = kept;
    }
    char* to = buffer_.get() + end_;
    return inflater_ ? fill_inflated(to, room_ - kept) : fill_plain(to, room_ - kept);
}

GzipReader::Fill GzipReader::fill_plain(char* to, std::size_t room) {
    if (input_begin_ == input_end_ && !read_file()) {
        return Fill::broken;
    }
    const std::size_t count = std::min(room, input_end_ - input_begin_);
    std::memcpy(to, input_.get() + input_begin_, count);
    input_begin_ += count;
    end_ += count;
    return count > 0 ? Fill::more : Fill::end;
}

/// Inflates until the room is used up or the file ends: few long calls, since each of them copies the
/// window. What was inflated before a failure is delivered; the next call tells the failure.
GzipReader::Fill GzipReader::fill_inflated(char* to, std::size_t room) {
    z_stream& stream = inflater_->stream;
    const std::size_t before = end_;
    stream.next_out = reinterpret_cast<Bytef*>(to);
    stream.avail_out = static_cast<uInt>(room);
    while (stream.avail_out > 0 && failure_.empty()) {
        if (input_begin_ == input_end_ && !read_file()) {
            break;
        }
        if (input_begin_ == input_end_) {
            if (!inflater_->between_members) {
                broken("ends in the middle of its gzip data,");
            }
            break;
        }
        if (inflater_->between_members && !next_member()) {
            continue;
        }
        stream.next_in = input_.get() + input_begin_;
        stream.avail_in = static_cast<uInt>(input_end_ - input_begin_);
        const int result = ::inflate(&stream, Z_NO_FLUSH);
        input_begin_ = input_end_ - stream.avail_in;
        end_ = before + (room - stream.avail_out);
        if (result == Z_STREAM_END) {
            inflater_->between_members = true;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            broken("holds damaged gzip data (" +
                   std::string{stream.msg != nullptr ? stream.msg : ::zError(result)} + ")");
        }
    }
    if (end_ > before) {
        return Fill::more;
    }
    return failure_.empty() ? Fill::end : Fill::broken;
}

/// Steps over the zeros that tapes and some tools pad with; true at the first byte of a member.
bool GzipReader::next_member() {
    while (input_begin_ < input_end_ && input_[input_begin_] == 0) {
        ++input_begin_;
    }
    if (input_begin_ == input_end_) {
        return false;
    }
    if (input_[input_begin_] != gzip_magic[0]) {
        broken("holds something else behind its gzip data,");
        return false;
    }
    ::inflateReset(&inflater_->stream);
    inflater_->between_members = false;
    return true;
}

}  // namespace tsflow::flat_file
