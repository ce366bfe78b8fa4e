#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "data/arrow_metadata.hpp"
#include "tsflow/arrow.hpp"
#include "tsflow/error.hpp"

namespace tsflow {

namespace {

constexpr const char* struct_format = "+s";
constexpr const char* utf8_format = "u";
constexpr const char* code_format = "i";  // int32, with a dictionary

const char* format_of(Type type) {
    switch (type) {
        case Type::boolean:
            return "b";
        case Type::int64:
            return "l";
        case Type::float64:
            return "g";
        case Type::timestamp:
            return "tsn:UTC";
        case Type::date:
            return "tdD";
        case Type::string:
            return utf8_format;
        case Type::symbol:
            break;
    }
    return code_format;
}

/// What an exported struct points to. The consumer may move a child out of its parent and release
/// it later, so each has its own.
struct Exported {
    std::string name;
    std::string metadata;
    std::vector<ArrowSchema> children;
    std::vector<ArrowSchema*> pointers;
    std::unique_ptr<ArrowSchema> dictionary;
};

void release_exported(ArrowSchema* schema) {
    const std::unique_ptr<Exported> own{static_cast<Exported*>(schema->private_data)};
    for (ArrowSchema& child : own->children) {
        if (child.release != nullptr) {
            child.release(&child);
        }
    }
    if (own->dictionary && own->dictionary->release != nullptr) {
        own->dictionary->release(own->dictionary.get());
    }
    schema->release = nullptr;
}

void fill(ArrowSchema& out, const char* format, std::int64_t flags, std::unique_ptr<Exported> own) {
    for (ArrowSchema& child : own->children) {
        own->pointers.push_back(&child);
    }
    out = ArrowSchema{};
    out.format = format;
    out.name = own->name.c_str();
    out.metadata = own->metadata.empty() ? nullptr : own->metadata.data();
    out.flags = flags;
    out.n_children = static_cast<std::int64_t>(own->children.size());
    out.children = own->pointers.empty() ? nullptr : own->pointers.data();
    out.dictionary = own->dictionary.get();
    out.release = release_exported;
    out.private_data = own.release();
}

bool is(const char* format, std::string_view wanted) {
    return format == wanted;
}

Type type_of(const ArrowSchema& in) {
    const std::string_view format = in.format == nullptr ? "" : in.format;
    if (in.dictionary != nullptr) {
        if (format == code_format && in.dictionary->format != nullptr &&
            is(in.dictionary->format, utf8_format)) {
            return Type::symbol;
        }
        throw Error("Arrow field '" + std::string{in.name} +
                    "' is a dictionary with indices of format '" + std::string{format} +
                    "' and values of format '" +
                    (in.dictionary->format == nullptr ? "" : in.dictionary->format) +
                    "'; only int32 indices ('i') of utf8 values ('u') can be imported");
    }
    for (const Type type : {Type::boolean, Type::int64, Type::float64, Type::date, Type::string}) {
        if (format == format_of(type)) {
            return type;
        }
    }
    // With a time zone, whichever, the values are UTC; without, nobody knows.
    constexpr std::string_view nanoseconds = "tsn:";
    if (format.starts_with(nanoseconds) && format.size() > nanoseconds.size()) {
        return Type::timestamp;
    }
    if (format == nanoseconds) {
        throw Error("Arrow field '" + std::string{in.name} +
                    "' is a timestamp without a time zone; give it one, such as UTC");
    }
    throw Error("Arrow field '" + std::string{in.name} + "' has the format '" +
                std::string{format} +
                "', which has no column type here; cast it to bool, int64, float64, "
                "timestamp[ns, UTC], date32, utf8 or dictionary<int32, utf8>");
}

}  // namespace

void export_schema(const Schema& schema, ArrowSchema* out) {
    auto root = std::make_unique<Exported>();
    root->children.resize(schema.size());
    // Filled before the fields are, so that an exception releases what is there.
    ArrowSchema made{};
    const std::unique_ptr<ArrowSchema, void (*)(ArrowSchema*)> guard{
        &made, [](ArrowSchema* unfinished) {
            if (unfinished->release != nullptr) {
                unfinished->release(unfinished);
            }
        }};
    std::vector<ArrowSchema>& children = root->children;
    fill(made, struct_format, 0, std::move(root));
    for (std::size_t i = 0; i < schema.size(); ++i) {
        const Field& field = schema[i];
        auto own = std::make_unique<Exported>();
        own->name = field.name;
        own->metadata = encode_metadata(field);
        if (field.type == Type::symbol) {
            own->dictionary = std::make_unique<ArrowSchema>();
            fill(*own->dictionary, utf8_format, 0, std::make_unique<Exported>());
        }
        fill(children[i], format_of(field.type), field.nullable ? ARROW_FLAG_NULLABLE : 0,
             std::move(own));
    }
    *out = std::exchange(made, ArrowSchema{});
}

SchemaPtr import_schema(const ArrowSchema& in) {
    if (in.release == nullptr) {
        throw Error("the Arrow schema was released already");
    }
    if (in.format == nullptr || !is(in.format, struct_format)) {
        throw Error("the Arrow schema has the format '" +
                    std::string{in.format == nullptr ? "" : in.format} +
                    "'; a struct ('+s') of the columns is expected");
    }
    std::vector<Field> fields;
    for (std::int64_t i = 0; i < in.n_children; ++i) {
        const ArrowSchema* child = in.children == nullptr ? nullptr : in.children[i];
        if (child == nullptr || child->release == nullptr) {
            throw Error("field " + std::to_string(i) + " of the Arrow schema is missing");
        }
        if (child->name == nullptr || *child->name == '\0') {
            throw Error("field " + std::to_string(i) + " of the Arrow schema has no name");
        }
        Field field;
        field.name = child->name;
        field.type = type_of(*child);
        field.nullable = (child->flags & ARROW_FLAG_NULLABLE) != 0;
        decode_metadata(field, child->metadata);
        fields.push_back(std::move(field));
    }
    return Schema::make(std::move(fields));
}

}  // namespace tsflow
