package dev.hangup.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.MemoryAttribute;
import io.netty.handler.codec.http.multipart.MemoryFileUpload;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Where Netty's multipart decoder puts what it finds: fields in memory, within limits; files in a
/// [Spool]. Lengths that a part claims are ignored: its boundary ends it.
///
/// The decoder makes an attribute of each parameter of a part's head, too; that is how the file's
/// name is had before its semicolons and colons are replaced.
final class FormParts extends DefaultHttpDataFactory {
  private final TemporaryFiles temporary;
  private final List<Attribute> fields = new ArrayList<>();
  private final List<Upload> uploads = new ArrayList<>();
  private String fileName = "";
  private long fieldBytes;

  FormParts(TemporaryFiles temporary) {
    super(/* useDisk= */ false, StandardCharsets.UTF_8);
    this.temporary = temporary;
  }

  Form form() throws IOException {
    Form form = new Form();
    for (Attribute field : fields) {
      form.add(field.getName(), field.getValue());
    }
    for (Upload upload : uploads) {
      String shown = shown(upload.sentName);
      if (!shown.isEmpty() || upload.spool.size() > 0) {
        form.add(new FormFile(upload.getName(), shown, upload.getContentType(), upload.spool));
      }
    }
    return form;
  }

  /// Some clients send a whole path, and some write a quote as `\"`.
  private static String shown(String sent) {
    String plain = sent.replace("\\\"", "\"").replaceAll("\\p{Cntrl}", "");
    String last =
        plain.substring(Math.max(plain.lastIndexOf('/'), plain.lastIndexOf('\\')) + 1).strip();
    return last.equals(".") || last.equals("..") ? "" : last;
  }

  @Override
  public Attribute createAttribute(HttpRequest request, String name) {
    Attribute field = new Field(name);
    fields.add(field);
    return field;
  }

  @Override
  public Attribute createAttribute(HttpRequest request, String name, long claimed) {
    return createAttribute(request, name);
  }

  @Override
  public Attribute createAttribute(HttpRequest request, String name, String value) {
    if (HttpHeaderValues.FILENAME.contentEqualsIgnoreCase(name)) {
      fileName = value;
    }
    return super.createAttribute(request, name, value);
  }

  @Override
  public FileUpload createFileUpload(
      HttpRequest request,
      String name,
      String cleaned,
      String contentType,
      String encoding,
      Charset charset,
      long claimed) {
    Upload upload = new Upload(name, cleaned, contentType, encoding, charset);
    uploads.add(upload);
    return upload;
  }

  /// The decoder is done, one way or the other.
  @Override
  public void cleanRequestHttpData(HttpRequest request) {
    for (Upload upload : uploads) {
      upload.spool.end();
    }
  }

  private final class Field extends MemoryAttribute {
    Field(String name) {
      super(name, StandardCharsets.UTF_8);
    }

    @Override
    public void addContent(ByteBuf part, boolean last) throws IOException {
      fieldBytes += part.readableBytes();
      FormReader.check(length() + part.readableBytes(), fieldBytes);
      super.addContent(part, last);
    }
  }

  private final class Upload extends MemoryFileUpload {
    private final String sentName = fileName;
    private final Spool spool = new Spool(temporary);

    Upload(String name, String cleaned, String contentType, String encoding, Charset charset) {
      super(name, cleaned, contentType, encoding, charset, 0);
    }

    @Override
    public void addContent(ByteBuf part, boolean last) throws IOException {
      part.readBytes(spool, part.readableBytes());
      part.release();
      if (last) {
        spool.close();
        setCompleted();
      }
    }
  }
}
