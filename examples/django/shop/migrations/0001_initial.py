from django.db import migrations, models


def first(apps, schema_editor):
    apps.get_model("shop", "Visits").objects.create()


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Visits",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("count", models.IntegerField(default=0)),
            ],
        ),
        migrations.RunPython(first, migrations.RunPython.noop),
    ]
